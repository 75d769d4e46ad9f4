import os, sys
from a import b

class A:
    """doc"""
    def f(self, x=1):
        if x:
            return f'{x:>{y}} a'
        for i in [1, 2]:
            print(i, {'a': (1,)})

@d
def g():
    pass
x = lambda: 1
