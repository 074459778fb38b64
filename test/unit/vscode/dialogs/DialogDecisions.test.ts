import * as assert from 'node:assert/strict';
import type { EventOf } from '../../../../src/protocol/events.ts';
import type { PolicyRule, RuleScope } from '../../../../src/protocol/policy.ts';
import type { ApprovalToWebview } from '../../../../src/protocol/approvalWebview.ts';
import { DialogDecisions, type Shown } from '../../../../src/vscode/dialogs/DialogDecisions.ts';
import { EditChecks } from '../../../../src/vscode/dialogs/EditChecks.ts';
import { systemClock } from '../../../../src/vscode/adapters/systemClock.ts';
import { MemoryLog } from '../../../support/ports.ts';
import { ScriptedModel, write } from '../../../support/ScriptedModel.ts';
import { TestCore } from '../../../support/TestCore.ts';

const rule: PolicyRule = { tool: 'write_file', agent: 'coder', path: 'a.md', effect: 'allow' };

describe('The approval dialog’s page', () => {
  let core: TestCore;
  let requested: EventOf<'hitl.approval.requested'>;
  let posted: ApprovalToWebview[];
  let told: string[];
  let made: { rule: PolicyRule; scope: RuleScope }[];
  let log: MemoryLog;
  let edits: EditChecks;
  let shown: Shown | undefined;
  let decisions: DialogDecisions;
  beforeEach(async () => {
    core = new TestCore(new ScriptedModel([write('a.md', 'from the model\n'), { text: 'Done.' }]));
    await core.open();
    const asked = core.next('hitl.approval.requested');
    core.send('write');
    requested = await asked;
    [posted, told, made, log] = [[], [], [], new MemoryLog()];
    const { data, sessionId = '' } = requested;
    edits = new EditChecks({
      data,
      parameters: core.core.registry.parametersOf(data.tool),
      preview: (edited) => core.core.tools.preview(core.core.router.get('coder'), { sessionId, callId: data.callId, tool: data.tool }, edited),
      checked: () => [],
      answer: () => undefined,
    });
    shown = { allow: { agent: 'coder', paths: [{ glob: 'a.md', title: 'a.md' }], scopes: ['session'] }, paths: [{ relative: 'a.md', real: 'a.md' }] };
    decisions = new DialogDecisions({
      requested,
      hitl: core.hitl,
      edits,
      rules: { add: (added) => Promise.resolve(void made.push(added)) },
      shown: () => shown,
      post: (message) => posted.push(message),
      tell: (text) => told.push(text),
      clock: systemClock,
      log,
    });
  });
  afterEach(() => core.dispose());

  const own = (): { approvalId: string; argumentsHash: string } => ({ approvalId: requested.data.approvalId, argumentsHash: requested.data.argumentsHash });
  const decided = (): string[] => core.of('hitl.decision.made').map(({ data }) => `${data.decision} ${data.actor}`);

  it('decides its own question, once', async () => {
    assert.ok(decisions.shown(own().approvalId));
    await decisions.hear({ type: 'approve', ...own() });
    await core.orchestrator.idle();
    assert.equal(core.read('a.md'), 'from the model\n');
    await decisions.hear({ type: 'reject', ...own(), feedback: 'no' });
    assert.deepEqual(decided(), ['approve approval dialog']);
    assert.deepEqual(posted, [{ type: 'closed', reason: 'This was already decided.' }]);
  });

  it('decides no other question, and makes no rule by one', async () => {
    const forged = { ...own(), approvalId: 'another' };
    assert.ok(!decisions.shown('another'));
    await decisions.hear({ type: 'approve', ...forged });
    await decisions.hear({ type: 'reject', ...forged, feedback: '' });
    await decisions.hear({ type: 'approveEdited', ...forged, editedHash: 'h', values: {} });
    await decisions.hear({ type: 'allow', ...forged, rule, scope: 'session', approve: true });
    assert.deepEqual([decided(), made, posted, core.of('hitl.approval.shown')], [[], [], [], []]);
    assert.equal(log.lines.length, 5);
  });

  it('approves nothing but what was shown', async () => {
    await decisions.hear({ type: 'approve', ...own(), argumentsHash: 'another' });
    assert.deepEqual(decided(), []);
    assert.deepEqual(posted, [{ type: 'closed', reason: 'What was asked has changed, so nothing was decided.' }]);
  });

  it('approves no edit that it was not shown, and none whose hash is of something else', async () => {
    const values = { path: 'b.md', content: 'never shown\n', create_dirs: true, backup: false };
    await decisions.hear({ type: 'approveEdited', ...own(), editedHash: own().argumentsHash, values });
    await decisions.hear({ type: 'approveEdited', ...own(), editedHash: 'made up', values });
    assert.deepEqual(decided(), []);
    assert.equal(core.read('b.md'), undefined);
  });

  it('approves the edit that it was shown', async () => {
    const values = { path: 'b.md', content: 'from the person\n', create_dirs: true, backup: false };
    const preview = await core.core.tools.preview(core.core.router.get('coder'), { sessionId: core.sessionId, callId: requested.data.callId, tool: 'write_file' }, values);
    assert.ok(preview.ok);
    // the page has not shown it yet, however right its hash is
    await decisions.hear({ type: 'approveEdited', ...own(), editedHash: preview.argumentsHash, values });
    assert.deepEqual(decided(), []);
    await edits.check({ revision: 1, values });
    await decisions.hear({ type: 'approveEdited', ...own(), editedHash: preview.argumentsHash, values });
    await core.orchestrator.idle();
    assert.equal(core.read('b.md'), 'from the person\n');
    assert.deepEqual(decided(), ['edit approval dialog', 'approve approval dialog']);
  });

  const forged: [string, PolicyRule, RuleScope][] = [
    ['of every tool', { ...rule, tool: '*' }, 'session'],
    ['of other files', { ...rule, path: '**' }, 'session'],
    ['of every file', { tool: 'write_file', effect: 'allow' }, 'session'],
    ['for everywhere, which was not offered', rule, 'user'],
    ['that is none of the call', { ...rule, path: 'other.md' }, 'session'],
  ];
  for (const [what, wanted, scope] of forged) {
    it(`makes no rule ${what}, and approves nothing with it`, async () => {
      await decisions.hear({ type: 'allow', ...own(), rule: wanted, scope, approve: true });
      assert.deepEqual([made, decided()], [[], []]);
      const [answer] = posted;
      assert.ok(answer?.type === 'refused' && answer.reason.startsWith('The rule was not added.'));
    });
  }

  it('makes the rule that was offered, and approves with it', async () => {
    await decisions.hear({ type: 'allow', ...own(), rule, scope: 'session', approve: true });
    await core.orchestrator.idle();
    assert.deepEqual(made.map((one) => [one.rule, one.scope]), [[rule, 'session']]);
    assert.deepEqual(decided(), ['approve approval dialog']);
  });

  it('makes none before anything was shown, and none of what is decided', async () => {
    const offered = shown;
    shown = undefined;
    await decisions.hear({ type: 'allow', ...own(), rule, scope: 'session', approve: false });
    shown = offered;
    await decisions.hear({ type: 'reject', ...own(), feedback: '' });
    await core.orchestrator.idle();
    await decisions.hear({ type: 'allow', ...own(), rule, scope: 'session', approve: true });
    assert.deepEqual(made, []);
    assert.deepEqual(decided(), ['reject approval dialog']);
  });

  it('says what could not be saved', async () => {
    core.journal.refuses = () => true;
    await decisions.hear({ type: 'approve', ...own() });
    assert.match(told.join(), /^Your decision could not be saved, so nothing was decided: .*disk full/);
    assert.equal(posted[0]?.type, 'refused');
  });
});
