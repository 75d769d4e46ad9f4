import {a} from 'b';
interface I { x: number; f(y: string): void }
function g<T>(a: T[]): T | null {
  return a.length > 0 ? a[0] : null;
}
class A implements I { x = 1; f(y) { `${y}` } }
