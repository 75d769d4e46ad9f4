defmodule A do
  def f(x) when x > 1 do
    "a #{x}"
    |> g()
  end
  @doc """
  hi
  """
  x = ~s(a)
end
