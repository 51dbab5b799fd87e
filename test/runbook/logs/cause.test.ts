/** Why a process ended, as far as its output shows, and no further. */
import { describe, expect, it } from 'vitest';
import { causeOf, causeOfEnd } from '../../../src/runbook/logs/crash-cause.ts';
import { listensElsewhere } from '../../../src/runbook/logs/listen-address.ts';
import { newestError } from '../../../src/runbook/logs/python-cause.ts';
import type { LogLine } from '../../../src/runbook/model/heroku.ts';

const NOW = 1_000_000_000;

function words(text: string): LogLine[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => ({ at: NOW + index, source: 'app', process: 'web.1', text: line }));
}

function cause(text: string, command: string | null = 'gunicorn raptor.wsgi --log-file -') {
  return causeOf(words(text), command);
}

const traceback = (error: string, code = 'boot()', file = '/app/raptor/settings.py') =>
  `Traceback (most recent call last):\n  File "${file}", line 9, in <module>\n    ${code}\n    ^^^^^^\n${error}`;

describe('a config var that is not set', () => {
  it.each([
    [
      'os.environ',
      traceback("KeyError: 'SESSION_SECRET'", 'KEY = os.environ["SESSION_SECRET"]'),
      'SESSION_SECRET',
    ],
    [
      'os.environ, with the frame of the standard library',
      traceback(
        "KeyError: 'lower_case'",
        'KEY = environ["lower_case"]\n  File "<frozen os>", line 685, in __getitem__\n    raise KeyError(key) from None',
      ),
      'lower_case',
    ],
    [
      'django-environ, as a chain',
      `${traceback("KeyError: 'FIELD_KEY'", 'value = self.ENVIRON[var_name]', '/x/site-packages/environ/environ.py')}
The above exception was the direct cause of the following exception:
${traceback('django.core.exceptions.ImproperlyConfigured: Set the FIELD_KEY environment variable', 'env("FIELD_KEY")')}`,
      'FIELD_KEY',
    ],
    [
      'python-decouple',
      traceback(
        'decouple.UndefinedValueError: SECRET_KEY not found. Declare it as envvar or define a default value.',
      ),
      'SECRET_KEY',
    ],
    ['environs', traceback('environs.EnvError: Environment variable "DATABASE_URL" not set'), 'DATABASE_URL'],
    ['Starlette', traceback('KeyError: "Config \'API_KEY\' is missing, and has no default."'), 'API_KEY'],
    ['the shell', 'bash: line 1: REDIS_URL: unbound variable', 'REDIS_URL'],
    ['the app itself', traceback('RuntimeError: STRIPE_KEY environment variable is not set'), 'STRIPE_KEY'],
  ])('is named with %s', (_name, text, name) => {
    expect(cause(text)).toMatchObject({ kind: 'config_var', names: [name] });
  });

  it('is not guessed from a key that only looks like one', () => {
    expect(cause(traceback("KeyError: 'NVDA'", 'return book[symbol]'))).toMatchObject({ kind: 'error' });
    const readBefore = `Traceback (most recent call last):
  File "/app/raptor/main.py", line 3, in <module>
    load(os.environ["MODE"])
  File "/app/raptor/load.py", line 8, in load
    return TABLE[mode]
KeyError: 'MODE_X'`;
    expect(cause(readBefore)).toMatchObject({ kind: 'error' });
  });
});

describe('settings that lack a value', () => {
  it('are named by their fields, since nothing says what their variables are called', () => {
    const text = `${traceback('pydantic_core._pydantic_core.ValidationError: 2 validation errors for Settings', 'settings = Settings()')}
database_url
  Field required [type=missing, input_value={}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.9/v/missing
secret_key
  Field required [type=missing, input_value={}, input_type=dict]`;
    expect(cause(text)).toMatchObject({ kind: 'settings', names: ['database_url', 'secret_key'] });
  });

  it('say what is wrong with them when no value is missing', () => {
    const text = `${traceback('pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings')}
debug
  Input should be a valid boolean, unable to interpret input`;
    const found = cause(text);
    expect(found).toMatchObject({ kind: 'error' });
    expect(found?.evidence[0]).toContain('debug   Input should be a valid boolean');
  });
});

describe('an import that fails', () => {
  it.each([
    ['a library', "ModuleNotFoundError: No module named 'jwt'", { kind: 'module', name: 'jwt' }],
    [
      'a module that the command names',
      "ModuleNotFoundError: No module named 'raptor'",
      { kind: 'own_module', name: 'raptor' },
    ],
    ['a part of the app', "ModuleNotFoundError: No module named 'raptor.quotes'", { kind: 'own_module' }],
    [
      'a name that a library dropped',
      "ImportError: cannot import name 'url_quote' from 'werkzeug.urls' (/x/site-packages/werkzeug/urls.py)",
      { kind: 'version', library: 'werkzeug' },
    ],
    [
      'an attribute',
      "AttributeError: module 'numpy' has no attribute 'float'",
      { kind: 'version', library: 'numpy' },
    ],
    [
      'one of the app’s own names',
      "ImportError: cannot import name 'User' from 'raptor.models'",
      { kind: 'error' },
    ],
  ])('is classified: %s', (_name, error, expected) => {
    expect(cause(traceback(error))).toMatchObject(expected);
  });

  it('distinguishes the module that a server runs from the server itself', () => {
    const missing = (name: string) => `ModuleNotFoundError: No module named '${name}'`;
    const kind = (name: string, command: string) =>
      cause(traceback(missing(name), 'x', '/x/site-packages/a.py'), command)?.kind;
    expect(kind('raptor_api', 'gunicorn raptor_api.wsgi')).toBe('own_module');
    expect(kind('raptor_api', 'uvicorn raptor_api:app --host 0.0.0.0')).toBe('own_module');
    expect(kind('raptor_api', 'celery -A raptor_api worker')).toBe('own_module');
    expect(kind('gunicorn', 'python -m gunicorn raptor.wsgi')).toBe('module');
    expect(kind('uvicorn', 'gunicorn raptor.wsgi -k uvicorn.workers.UvicornWorker')).toBe('module');
  });
});

describe('a command that cannot be run', () => {
  it.each([
    ['bash: line 1: gunicorn: command not found', 'gunicorn', 'not_found'],
    ['bash: gunicorn: command not found', 'gunicorn', 'not_found'],
    ['/bin/sh: 1: gunicorn: not found', 'gunicorn', 'not_found'],
    ['bash: ./start.sh: No such file or directory', './start.sh', 'not_found'],
    ['bash: line 1: ./start.sh: Permission denied', './start.sh', 'not_permitted'],
  ])('is named: %s', (text, name, why) => {
    expect(cause(text)).toEqual({ kind: 'command', name, why, evidence: [text], error: null });
  });
});

describe('an error in another format', () => {
  it('is found inside an exception group, the member before the group', () => {
    const text = `ERROR:      + Exception Group Traceback (most recent call last):
  |   File "/app/raptor/main.py", line 31, in lifespan
  |     async with asyncio.TaskGroup() as group:
  | ExceptionGroup: unhandled errors in a TaskGroup (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/app/raptor/cache.py", line 12, in warm
    |     url = os.environ["REDIS_URL"]
    | KeyError: 'REDIS_URL'
    +---------------- 2 ----------------
    | Traceback (most recent call last):
    |   File "/app/raptor/db.py", line 4, in warm
    |     connect()
    | TimeoutError
    +------------------------------------`;
    const found = cause(text);
    expect(found).toMatchObject({ kind: 'config_var', names: ['REDIS_URL'] });
    expect(found?.evidence[0]).toBe("KeyError: 'REDIS_URL'");
  });

  it('is found in a line of JSON, complete or cut off', () => {
    const json = JSON.stringify({
      level: 'error',
      exc_info: traceback("ModuleNotFoundError: No module named 'jwt'"),
    });
    expect(cause(json)).toMatchObject({ kind: 'module', name: 'jwt' });
    expect(cause(json.slice(0, -3))).toMatchObject({ kind: 'module' });
  });

  it('is named by the innermost one of a chain, with what the outer one adds', () => {
    const text = `${traceback('psycopg2.OperationalError: could not connect')}
During handling of the above exception, another exception occurred:
${traceback('django.db.utils.OperationalError: wrapped')}`;
    expect(cause(text)?.evidence.slice(0, 2)).toEqual([
      'psycopg2.OperationalError: could not connect',
      'raised as django.db.utils.OperationalError: wrapped',
    ]);
  });

  it('is recognized without the usual ending of its name', () => {
    expect(cause(traceback('jinja2.exceptions.TemplateNotFound: base.html'))?.evidence[0]).toBe(
      'jinja2.exceptions.TemplateNotFound: base.html',
    );
  });

  it('does not include the next log line in its message', () => {
    const text = `${traceback("ModuleNotFoundError: No module named 'jwt'")}\n[2026-05-01 10:00:01 +0000] [9] [INFO] Worker exiting (pid: 9)`;
    expect(cause(text)?.evidence[0]).toBe("ModuleNotFoundError: No module named 'jwt'");
  });
});

describe('output that no rule recognizes', () => {
  it('is quoted by its last three lines, without what servers announce at every shutdown', () => {
    const text = `booting\nError: No such option: --prot\nTry 'raptor --help' for help.\n[1] [INFO] Shutting down: Master`;
    expect(cause(text)).toEqual({
      kind: 'words',
      evidence: ['booting', 'Error: No such option: --prot', "Try 'raptor --help' for help."],
      error: null,
    });
  });

  it.each([
    [
      'a stack of Node',
      "throw err;\n^\nError: Cannot find module 'express'\nRequire stack:\n- /app/server.js\n    at Module._load\n{\n  code: 'MODULE_NOT_FOUND'\n}\nNode.js v20.11.0",
      ["Error: Cannot find module 'express'", 'Require stack:', '- /app/server.js'],
    ],
    [
      'the fields of a migration that failed',
      'ERROR: Migration of schema "public" to version "7" failed!\nMigration V7__add.sql failed\nSQL State  : 42701\nError Code : 0\nMessage    : column exists',
      [
        'ERROR: Migration of schema "public" to version "7" failed!',
        'Migration V7__add.sql failed',
        'SQL State  : 42701',
      ],
    ],
    [
      'the goroutines of a panic',
      'panic: missing PORT\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:9\nexit status 2',
      ['panic: missing PORT', 'goroutine 1 [running]:', 'main.main()'],
    ],
  ])('is quoted from the error on when %s follows it', (_name, text, evidence) => {
    expect(cause(text)).toEqual({ kind: 'words', evidence, error: null });
  });

  it('is quoted by the message when it is JSON', () => {
    expect(cause('{"level":"fatal","msg":"cannot bind","error":"address in use"}')?.evidence).toEqual([
      'cannot bind: address in use',
    ]);
  });

  it('is quoted when a line only looks like an error, which may have been handled', () => {
    expect(cause('ValueError: retrying in 5 s\nbye')).toEqual({
      kind: 'words',
      evidence: ['ValueError: retrying in 5 s', 'bye'],
      error: 'ValueError: retrying in 5 s',
    });
  });

  it('is null when the app wrote nothing', () => expect(causeOf([], null)).toBeNull());
});

describe("the app's own error", () => {
  it.each([
    ['of a traceback', traceback('app.errors.ConfigError: no key'), 'app.errors.ConfigError: no key'],
    [
      'of a chain is the innermost one',
      `${traceback('psycopg2.OperationalError: could not connect')}
During handling of the above exception, another exception occurred:
${traceback('django.db.utils.OperationalError: wrapped')}`,
      'psycopg2.OperationalError: could not connect',
    ],
    [
      'of a chain is the outer one when the inner one is not named as an error',
      `${traceback('redis.Gone: away')}
The above exception was the direct cause of the following exception:
${traceback('RuntimeError: cannot start')}`,
      'RuntimeError: cannot start',
    ],
    ['among the last words', '2026 worker ValueError: bad port\nbye', 'ValueError: bad port'],
    ['is null when the shell complained', 'bash: gunicorn: command not found', null],
  ])('%s', (_name, text, error) => expect(cause(text)?.error).toBe(error));
});

describe("the cause of a boot's end", () => {
  const boot = (text: string, more: object) => ({
    dyno: 'web.1',
    type: 'web',
    startedAt: NOW - 1_000,
    command: null,
    upAt: null,
    end: { at: NOW + 100, how: 'crashed' as const, exitStatus: 1, killedBy: null },
    output: words(text),
    ...more,
  });

  it('is not what a dyno that kept running had logged long before', () => {
    const handled = traceback("KeyError: 'NVDA'", 'return book[symbol]');
    expect(causeOfEnd(boot(handled, {}), null)).toMatchObject({ kind: 'error' });
    const later = { at: NOW + 3_600_000, how: 'crashed' as const, exitStatus: 1, killedBy: null };
    expect(causeOfEnd(boot(handled, { upAt: NOW - 500, end: later }), null)).toBeNull();
  });
});

describe('a server that Heroku did not find on $PORT', () => {
  const at = (text: string, command: string | null = null, after = 40_000) =>
    listensElsewhere({
      output: words(text),
      command,
      end: { at: NOW + after, how: 'crashed', exitStatus: 137, killedBy: 'R10' },
    });

  it.each([
    ['INFO:     Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)', '127.0.0.1:8000'],
    [' * Running on http://127.0.0.1:5000', '127.0.0.1:5000'],
    ['Starting development server at http://127.0.0.1:8000/', '127.0.0.1:8000'],
    ['[INFO] Listening at: http://127.0.0.1:8000 (2)', '127.0.0.1:8000'],
    ['Listening on http://localhost:3000', 'localhost:3000'],
    ['[INFO] Listening at: http://0.0.0.0:8000 (2)', '0.0.0.0:8000'],
    ['server started on port 5000', 'port 5000'],
    ["[INFO] Goin' Fast @ http://127.0.0.1:8000", '127.0.0.1:8000'],
    ['  Local URL: http://localhost:8501', 'localhost:8501'],
    ['[INFO] Listening at: unix:/tmp/gunicorn.sock (2)', 'unix:/tmp/gunicorn.sock'],
  ])('says where it listens: %s', (text, address) => {
    expect(at(text)).toMatchObject({ kind: 'address', address });
  });

  it.each([
    ['connection to server at "localhost" (127.0.0.1), port 5432 failed: Connection refused'],
    ['Is the server running on that host and accepting TCP/IP connections on port 5432?'],
    ['Waiting for application startup.'],
    ['GET http://localhost:9200/_cluster/health answered 200'],
    ['HTTPConnectionPool: could not reach http://127.0.0.1:9000, will retry'],
  ])('is not taken from a line about something else: %s', (text) => expect(at(text)).toBeNull());

  it('may have been late on the right port: then no address is named', () => {
    const text = 'Listening at: http://0.0.0.0:41532 (2)';
    expect(at(text, 'gunicorn --bind 0.0.0.0:41532 raptor.wsgi')).toBeNull();
    expect(at(text, null, 2_000)).toBeNull();
  });
});

describe('the newest error of an app that keeps running', () => {
  it('is shown with its location', () => {
    const text = `${traceback('ValueError: old')}\nfine again\n${traceback('OperationalError: no slots left', 'x', '/app/raptor/db.py')}`;
    expect(newestError(words(text))).toBe('OperationalError: no slots left (raptor/db.py:9 in <module>)');
    expect(newestError(words('fine'))).toBeNull();
  });
});
