"""A program in a terminal of its own, which tmux emulates: keys go in, and
what is to be seen comes out."""
import os
import subprocess
import time

LIMIT_S = 60
AGAIN_S = 5  # a key that nothing came of in that time was lost


class Failure(Exception):
    pass


class Terminal:
    def __init__(self, command, env, columns=100, lines=30):
        self.name = f"switchyard-test-{os.getpid()}"
        self.env = {**os.environ, **env, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
        self.env.pop("TMUX", None)
        self.tmux("-f", "/dev/null", "new-session", "-d", "-s", "test",
                  "-x", str(columns), "-y", str(lines), *command)

    def tmux(self, *arguments):
        return subprocess.run(["tmux", "-u", "-L", self.name, *arguments], env=self.env,
                              check=True, capture_output=True, text=True).stdout

    def keys(self, *names):
        """Keys by tmux's names: C-x, M-f, Tab."""
        self.tmux("send-keys", "-t", "test", *names)

    def type(self, text):
        self.tmux("send-keys", "-t", "test", "-l", text)

    def run(self, command):
        """An Emacs command by its name. A C-g before it may be taken for one
        that came later, and Emacs then forgets the keys that it had."""
        def asks(lines):
            return any(line.startswith("M-x") for line in lines)
        self.keys("M-x")
        again = time.monotonic() + AGAIN_S
        while not asks(self.screen().splitlines()) and time.monotonic() < again:
            time.sleep(0.02)
        if not asks(self.screen().splitlines()):
            self.keys("M-x")
            self.wait(asks, "M-x")
        self.type(command)
        self.keys("Enter")

    def screen(self):
        return self.tmux("capture-pane", "-p", "-t", "test")

    def cursor(self):
        """Column and line, from 0."""
        x, y = self.tmux("display-message", "-p", "-t", "test", "#{cursor_x} #{cursor_y}").split()
        return int(x), int(y)

    def wait(self, holds, what):
        """Until `holds`, which is given the screen's lines; those then."""
        until = time.monotonic() + LIMIT_S
        while True:
            lines = self.screen().splitlines()
            if holds(lines):
                return lines
            if time.monotonic() > until:
                raise Failure(f"not on the screen: {what}; the cursor is at {self.cursor()}\n"
                              + "\n".join(lines))
            time.sleep(0.02)

    def sees(self, *wanted):
        """Until all these are lines, but for blanks at their ends; in order."""
        def all_there(lines):
            rest = iter(line.rstrip() for line in lines)
            return all(line in rest for line in wanted)
        return self.wait(all_there, "\n".join(wanted))

    def holds(self, text):
        return self.wait(lambda lines: any(text in line for line in lines), text)

    def lacks(self, text):
        return self.wait(lambda lines: not any(text in line for line in lines), f"anything but {text}")

    def ended(self):
        """Whether the program ended within the time."""
        until = time.monotonic() + LIMIT_S
        while time.monotonic() < until:
            try:
                self.tmux("has-session", "-t", "test")
            except subprocess.CalledProcessError:
                return True
            time.sleep(0.02)
        return False

    def close(self):
        subprocess.run(["tmux", "-L", self.name, "kill-server"], env=self.env,
                       capture_output=True, check=False)
