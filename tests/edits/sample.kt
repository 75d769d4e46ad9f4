package a
import b.c
class A(val x: Int) {
  fun f(y: String): Int {
    if (x > 1) return "a$y ${x}".length
    return 0
  }
}
