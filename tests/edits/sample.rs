use std::io;
fn f(a: &str) -> i32 {
    let x = r#"raw"#;
    match a {
        "b" => 1,
        _ => { println!("{}", x); 2 }
    }
}
struct S<'a> { a: &'a str }
/* a /* b */ */
