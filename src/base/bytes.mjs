// A C array of bytes: string literals have a length limit, arrays have none.
export function bytes(content) {
  const lines = [];
  for (let i = 0; i < content.length; i += 20)
    lines.push('    ' + content.subarray(i, i + 20).join(','));
  return lines.join(',\n');
}
