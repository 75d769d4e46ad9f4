import a from 'b';
const f = (x) => {
  return `a${x + 1}b`;
};
class A {
  m(y) {
    if (y) { f(y) } else return /re/g;
  }
}
var o = {a: 1, b: [2, 3]}
f(o)
