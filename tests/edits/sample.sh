#!/bin/sh
f() {
  echo "$1 ${x}" | sed 's/a/b/'
}
if [ -f a ]; then
  f b
fi
cat <<EOF
hi $x
EOF
for i in 1 2; do
  f $i
done
