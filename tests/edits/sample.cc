#include <a>
template <typename T> class A : B {
 public:
  A() : x(1) {}
  auto f() const { return R"(raw)"; }
};
int main() { auto l = [&](int a) { return a; }; }
