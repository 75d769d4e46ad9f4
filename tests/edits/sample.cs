using A;
namespace N {
  class C {
    int F(string s) {
      if (s == null) return 1;
      return $"a{s}".Length;
    }
  }
}
