import {a} from 'b';
function g<T,>(a: T[]) {
  return <div a={1}>{a.map(x => <b>{x}</b>)} text</div>;
}
