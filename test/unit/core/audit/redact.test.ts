import * as assert from 'node:assert/strict';
import { redactEntry, redactor } from '../../../../src/core/audit/redact.ts';

describe('The redaction of the audit log', () => {
  const redact = redactor({ home: '/home/jo.doe', userName: 'jo.doe' });

  const secret = 'aB3dE5fG7hI9jK1lM3nO5pQ7';
  const cases: Readonly<Record<string, string>> = {
    [`export OPENAI_API_KEY=sk-proj-${secret}`]: 'export OPENAI_API_KEY=[redacted]',
    [`use sk-${secret} now`]: 'use [redacted] now',
    [`sk_live_${secret}`]: '[redacted]',
    [`git push with ghp_${secret}`]: 'git push with [redacted]',
    [`github_pat_${secret}_x`]: '[redacted]',
    [`glpat-${secret}`]: '[redacted]',
    [`xoxb-1234-${secret}!`]: '[redacted]!',
    'AKIAIOSFODNN7EXAMPLE in ~': '[redacted] in ~',
    [`eyJhbGciOi.eyJzdWIiOi.${secret}-_x end`]: '[redacted] end',
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc==\n-----END RSA PRIVATE KEY----- after']: '[redacted] after',
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl']: '[redacted]',
    'password=hunter2 more': 'password=[redacted] more',
    'DB_PASSWORD: "two words" more': 'DB_PASSWORD: [redacted] more',
    "mysql --password 'two words' -u root": 'mysql --password [redacted] -u root',
    'tool --token=abc --other': 'tool --token=[redacted] --other',
    'curl -H "Authorization: Basic dXNlcjpw" x': 'curl -H "Authorization: [redacted]" x',
    [`Bearer ${secret}.x/y+z==`]: 'Bearer [redacted]',
    'git clone https://me:p@ss@host.example/x.git': 'git clone https://[redacted]@host.example/x.git',
    'postgres://token@db/x': 'postgres://[redacted]@db/x',
    '{"command":"deploy --token=abc","effect":"allow"}': '{"command":"deploy --token=[redacted]","effect":"allow"}',
    '{"apiKey": "abc def", "x": 1}': '{"apiKey": [redacted], "x": 1}',
    '{\\"password\\":\\"abc\\",\\"x\\":1}': '{\\"password\\":[redacted],\\"x\\":1}',
    '{"command":"login --password \\"two words\\" x"}': '{"command":"login --password [redacted] x"}',
    '{"command":"TOKEN=\\"two words\\" x"}': '{"command":"TOKEN=[redacted] x"}',
    [`SG.${secret}.${secret}`]: '[redacted]',
    '/home/jo.doe/work/a.ts': '~/work/a.ts',
    'cat /home/jo.doe': 'cat ~',
    'file:///home/jo.doe/a': 'file:~/a',
    '/mnt/home/jo.doe/a': '/mnt/home/[user]/a',
    '/mnt/backup/jo.doe/a, /mnt/JO.DOE': '/mnt/backup/[user]/a, /mnt/[user]',
  };
  for (const [text, redacted] of Object.entries(cases)) {
    it(JSON.stringify(text).slice(0, 60), () => assert.equal(redact(text), redacted));
  }

  it('leaves what is none of it', () => {
    for (const text of [
      'src/tokens/secret.ts',
      'npm run test -- --grep "a password"',
      'https://example.com/@scope/x?y=1',
      '/home/jo.doe2/a /home/jo/a',
      'task-skeleton-of-a-very-long-name.md',
      'jo.doe is a name',
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      '0b5a4f60-6b0e-4a54-9a6a-3a1f0d1f7d5e',
    ]) {
      assert.equal(redact(text), text);
    }
  });

  it('knows the home folder of Windows, in either direction and in JSON', () => {
    const windows = redactor({ home: 'C:\\Users\\Jo', userName: 'Jo' });
    assert.equal(windows('c:\\users\\jo\\a.ts C:/Users/Jo/b.ts "C:\\\\Users\\\\Jo\\\\c.ts" D:\\Jo\\x'), '~\\a.ts ~/b.ts "~\\\\c.ts" D:\\[user]\\x');
  });

  it('takes no root for a home, and no empty name for a person', () => {
    assert.equal(redactor({ home: '/', userName: '' })('cd / && ls /etc//x'), 'cd / && ls /etc//x');
  });

  it('is done soon, whatever the text', () => {
    const begin = performance.now();
    for (const part of ['a', 'a:', '://', '-', '-----BEGIN A-----', ' --token', 'password', 'password ', '"', '\\"', 'eyJ', 'eyJaaaaa.', 'sk-', '/home/jo', 'authorization: ', 'Bearer ', "token='"]) redact(part.repeat(20_000));
    assert.ok(performance.now() - begin < 5_000);
  });

  it('looks at every text of an entry', () => {
    const entry = { eventId: 'e', sessionId: '', type: 't', timestamp: '2026-11-22T10:00:00.000Z', correlationId: 'c', callId: `sk-${secret}`, object: 'password=x', files: ['/home/jo.doe/a'] };
    assert.deepEqual(redactEntry(entry, redact), { ...entry, callId: '[redacted]', object: 'password=[redacted]', files: ['~/a'] });
  });
});
