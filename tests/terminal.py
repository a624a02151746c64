# terminal.py COLUMNS COMMAND...: runs the command on a terminal of so many columns (0: it does not tell) and prints what it wrote.
# Called by tests/command/terminal.sh, windows.py and faults.sh.
import fcntl, os, pty, struct, sys, termios, threading

master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, int(sys.argv[1]), 0, 0))
pid = os.fork()
if pid == 0:
    os.close(master)
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for stream in 0, 1, 2:
        os.dup2(slave, stream)
    os.close(slave)
    os.environ.pop("COLUMNS", None)
    os.execvp(sys.argv[2], sys.argv[2:])

# A terminal that is hung up can lose what was written last. So this side keeps the command's end open as well, and puts a mark behind
# what the command wrote.
mark = b"\0the end\0"


def put_mark():
    os.waitpid(pid, 0)
    os.write(slave, mark)


threading.Thread(target=put_mark, daemon=True).start()
said = b""
while not said.endswith(mark):
    said += os.read(master, 65536)
sys.stdout.buffer.write(said[: -len(mark)].replace(b"\r\n", b"\n"))
