"""cadaver, the command line client: a script of everything it can do."""

from tests.builders.office import PASSWORD
from tests.doors.dav.clients import program, run
from tests.doors.dav.conftest import INBOX

SCRIPT = """
mkcol cad
cd cad
put loc.txt
put loc.txt 通知.txt
ls
lock loc.txt
discover loc.txt
put loc.txt
unlock loc.txt
propset loc.txt author 张三
propget loc.txt author
propnames loc.txt
copy loc.txt copy.txt
move copy.txt moved.txt
mkcol sub
copy sub sub2
move moved.txt sub/
ls sub
get 通知.txt got.txt
cat sub/moved.txt
delete loc.txt
delete 通知.txt
rmcol sub
rmcol sub2
ls
cd ..
rmcol cad
bye
"""


def test_a_whole_session(address, tmp_path, dav):
    command = program('cadaver')
    (tmp_path / '.netrc').write_text(f'machine 127.0.0.1\nlogin clerk\npassword {PASSWORD}\n')
    (tmp_path / '.netrc').chmod(0o600)
    (tmp_path / 'loc.txt').write_text('hello cadaver')
    out = run(command, f'{address}{INBOX}/', home=tmp_path, input=SCRIPT)
    assert 'failed' not in out and 'Could not' not in out, out
    assert out.count('succeeded.') == 21, out
    assert 'Value of author is: 张三' in out
    assert 'Scope: exclusive  Type: write' in out
    assert 'hello cadaver' in out
    assert (tmp_path / 'got.txt').read_text() == 'hello cadaver'
    assert dav.names(INBOX) == []
