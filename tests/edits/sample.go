package a

import "fmt"

func f(a int) (b string) {
	if a > 1 {
		return `x`
	}
	for i := range x {
		fmt.Println(i)
	}
	return
}
