import * as assert from 'node:assert/strict';
import { auditText } from '../../../../src/core/audit/auditText.ts';
import { AuditWords } from '../../../../src/core/audit/AuditWords.ts';
import { auditedTypes } from '../../../../src/core/audit/auditEntry.ts';
import type { AuditEntry } from '../../../../src/core/ports/AuditLog.ts';
import { MemoryAudit, MemoryStore } from '../../../support/MemoryStore.ts';
import { ScriptedModel, write } from '../../../support/ScriptedModel.ts';
import { TestCore } from '../../../support/TestCore.ts';

describe('The audit log in words', () => {
  const words = (titleOf: (id: string) => string | undefined = () => 'Fix it'): AuditWords =>
    new AuditWords({ titleOf, agentTitle: (name) => (name === 'coder' ? 'Coder' : name) });
  let id = 0;
  const entry = (type: string, more: Partial<AuditEntry> = {}): AuditEntry => ({ eventId: String((id += 1)), sessionId: 's', type, timestamp: '2026-11-22T10:00:00.000Z', correlationId: 'c', ...more });
  /** What happened, without the time and the session. */
  const happened = (...entries: AuditEntry[]): string[] => {
    const told = words();
    return entries.map((one) => told.line(one).replace(/^.*?\] /, ''));
  };

  it('tells a turn, with the file of each call', async () => {
    const core = new TestCore(new ScriptedModel([write('src/a.ts', 'x'), write('b.md', 'y'), { text: 'Done.' }]));
    await core.open();
    core.decideAll(({ preview }) => ({ decision: preview.path === 'b.md' ? 'reject' : 'approve', feedback: '' }));
    await core.turn('write');
    await core.core.undo.undo(core.sessionId, core.turnEnds()[0]?.correlationId ?? '');
    const text = await auditText(new MemoryAudit(core.store), words());
    assert.deepEqual(
      text
        .split('\n')
        .map((line) => line.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[Fix it\] /, ''))
        .map((line) => line.replace(/ \(.*\)$/, '')),
      [
        'The model asked for write_file on src/a.ts',
        'write_file on src/a.ts needs your approval',
        'write_file on src/a.ts of Coder has to be asked for, by the preset',
        'Coder asked to run write_file on src/a.ts',
        'You approved by test: src/a.ts',
        'write_file on src/a.ts started',
        'write_file on src/a.ts is done',
        'The model asked for write_file on b.md',
        'write_file on b.md needs your approval',
        'write_file on b.md of Coder has to be asked for, by the preset',
        'Coder asked to run write_file on b.md',
        'You rejected by test: b.md',
        'write_file on b.md was rejected',
        'You put files back: src/a.ts',
        'Put back: src/a.ts',
        '',
      ],
    );
    core.dispose();
  });

  it('tells a redo from an undo, and an undo of that', () => {
    const undo = (undoId: string, of: string): AuditEntry[] => [entry('session.undo.started', { undoId, of, files: ['a'] }), entry('session.undo.completed', { undoId, of, files: ['a'] })];
    assert.deepEqual(happened(...undo('1', 'turn'), ...undo('2', '1'), ...undo('3', '2')), [
      'You put files back: a',
      'Put back: a',
      'You changed files again: a',
      'Changed again: a',
      'You put files back: a',
      'Put back: a',
    ]);
  });

  it('tells rules, presets, settings and questions', () => {
    assert.deepEqual(
      happened(
        entry('hitl.rule.added', { scope: 'workspace', rule: '{"tool":"*"}', actor: 'approval dialog' }),
        entry('hitl.rule.removed', { scope: 'user', rule: '{}', actor: 'Manage Approval Rules' }),
        entry('hitl.preset.changed', { preset: 'askAll', actor: 'chat' }),
        entry('hitl.settings.changed', { outcome: 'off', rule: '[]' }),
        entry('hitl.question.asked', { actor: 'coder', outcome: 'step_limit' }),
        entry('hitl.question.answered', { actor: 'chat', outcome: 'answered' }),
        entry('hitl.decision.made', { actor: 'approval dialog', outcome: 'edit' }),
        entry('hitl.timeout.occurred'),
        entry('session.undo.completed', { files: [], refused: ['a'] }),
      ),
      [
        'Rule added for this workspace in the dialog: {"tool":"*"}',
        'Rule taken back everywhere by Manage Approval Rules: {}',
        'You chose “Ask for everything” in the chat',
        'Your settings of approvals are others: approvals are off, rules []',
        'Coder asked whether to go on after many steps',
        'You answered in the chat',
        'You edited it and approved that, in the dialog',
        'Nobody decided in time, which rejects',
        'Put back: nothing. Left alone: a',
      ],
    );
  });

  it('has words for every event that is kept, and the name of one that a newer version kept', () => {
    for (const type of auditedTypes) assert.notEqual(happened(entry(type))[0], type, type);
    assert.deepEqual(happened(entry('tool.new.thing', { outcome: 'x' }), entry('other'), entry('hitl.decision.made', { outcome: 'toString', actor: 'constructor' })), ['tool.new.thing: x', 'other', 'toString by constructor']);
  });

  it('names the session, the workspace, or that the session is deleted', () => {
    const told = words((session) => (session === 's' ? 'A title\nthat goes on and on and on and on and on' : undefined));
    const names = [entry('session.deleted'), entry('session.deleted', { sessionId: 'gone' }), entry('hitl.preset.changed', { sessionId: '' })].map((one) => /\[(.*?)\]/.exec(told.line(one))?.[1]);
    assert.deepEqual(names, ['A title that goes on and on and on and …', 'deleted session', 'workspace']);
  });

  it('shows what cannot be seen as code points, and keeps a line a line', () => {
    const [line = ''] = happened(entry('hitl.approval.requested', { actor: 'coder', tool: 'write_file', object: 'src/\u202egnp.ts\u200b\n2026-11-22 You approved' }));
    assert.equal(line, 'Coder asked to run write_file on src/ U+202E gnp.ts U+200B  U+000A 2026-11-22 You approved');
    assert.deepEqual(words(() => '\u202e').line(entry('session.deleted', { timestamp: 'no\u2028time' })), 'no time [ U+202E ] You deleted the session');
  });

  it('shows the last entries, and says so where there are more', async () => {
    const audit = new MemoryAudit(new MemoryStore());
    assert.match(await auditText(audit, words()), /^Nothing was asked/);
    audit.add(Array.from({ length: 50 }, (_, index) => entry('hitl.preset.changed', { preset: String(index) })));
    assert.equal((await auditText(audit, words(), 50)).split('\n').length, 51);
    const lines = (await auditText(audit, words(), 45)).trimEnd().split('\n');
    assert.equal(lines.length, 46);
    assert.match(lines[0] ?? '', /the last 45 entries/);
    assert.match(lines[1] ?? '', /“5”/);
    assert.match(lines.at(-1) ?? '', /“49”/);
  });
});
