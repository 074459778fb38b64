import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { redactor } from '../../../../src/core/audit/redact.ts';
import { writeAuditLog } from '../../../../src/vscode/audit/writeAuditLog.ts';
import { StorageFolder } from '../../../support/storage.ts';

describe('The export of the audit log', () => {
  let folder: StorageFolder;
  beforeEach(() => void (folder = new StorageFolder()));
  afterEach(() => folder.dispose());

  const redact = redactor({ home: '/home/me', userName: 'me' });

  it('is every entry in order, one JSON object a line, without secrets, for the person alone', async () => {
    const { audit } = folder.open();
    const entries = Array.from({ length: 1_100 }, (_, index) => ({ eventId: String(index), sessionId: '', type: 't', timestamp: 'now', correlationId: 'c', object: `/home/me/${index} password=x` }));
    audit.add(entries);
    const file = path.join(folder.path, 'export.jsonl');
    fs.writeFileSync(file, 'an earlier export');
    assert.equal(await writeAuditLog({ file, audit, redact }), 1_100);
    const lines = fs.readFileSync(file, 'utf8').trimEnd().split('\n');
    assert.deepEqual(lines.map((line): unknown => JSON.parse(line)), entries.map((entry) => ({ ...entry, object: `~/${entry.eventId} password=[redacted]` })));
    assert.equal(fs.statSync(file).mode & 0o077, 0);
  });

  it('leaves what was there, and no half of a file, where it fails', async () => {
    const { audit } = folder.open();
    audit.add([{ eventId: '1', sessionId: '', type: 't', timestamp: 'now', correlationId: 'c' }]);
    const target = path.join(folder.path, 'exports');
    fs.mkdirSync(target);
    const file = path.join(target, 'a.jsonl');
    fs.writeFileSync(file, 'an earlier export');
    let pages = 0;
    const failing = {
      page: (after: number) => {
        if ((pages += 1) > 1) throw new Error('database is locked');
        return { ...audit.page(after), more: true };
      },
    };
    await assert.rejects(writeAuditLog({ file, audit: failing, redact }), /locked/);
    assert.deepEqual(fs.readdirSync(target), ['a.jsonl']);
    assert.equal(fs.readFileSync(file, 'utf8'), 'an earlier export');
  });
});
