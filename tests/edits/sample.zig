const std = @import("std");
fn f(a: u8) !void {
    if (a > 1) return error.X;
    var x = .{ .a = 1 };
    for (x) |y| { _ = y; }
}
