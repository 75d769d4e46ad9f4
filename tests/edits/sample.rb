require 'a'
class A < B
  def f(x)
    puts "a#{x}" if x
    y = <<~EOS
      text #{x}
    EOS
    [1, 2].each do |i|
      p :s, %w[a b]
    end
  end
end
