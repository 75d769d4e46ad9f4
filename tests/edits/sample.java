package a;
import b.C;
class A<T> extends B {
  int f(String s) throws E {
    if (s == null) return 1;
    for (int i : x) { g("a", 'b'); }
    return 0;
  }
}
