import * as assert from 'node:assert/strict';
import type { EventOf } from '../../../../src/protocol/events.ts';
import { ApprovalCommands, type ApprovalCommandsDependencies } from '../../../../src/vscode/approvals/ApprovalCommands.ts';
import { ApprovalNotifications } from '../../../../src/vscode/approvals/ApprovalNotifications.ts';
import { PendingApprovals } from '../../../../src/vscode/approvals/PendingApprovals.ts';
import { Rejections } from '../../../../src/vscode/approvals/Rejections.ts';
import type { Waiting } from '../../../../src/vscode/approvals/waiting.ts';
import { ManualClock } from '../../../support/ports.ts';
import { ScriptedModel, write } from '../../../support/ScriptedModel.ts';
import { ShownMessages } from '../../../support/ShownMessages.ts';
import { TestCore } from '../../../support/TestCore.ts';

describe('Surfaces of approvals', () => {
  let clock: ManualClock;
  let core: TestCore;
  let pending: PendingApprovals;
  let messages: ShownMessages;
  let rejections: Rejections;
  let notifications: ApprovalNotifications;
  let reviewed: string[];
  let visible: boolean;
  let title: string;
  beforeEach(async () => {
    clock = new ManualClock();
    core = new TestCore(new ScriptedModel([write('a.md', 'x'), { text: 'Understood.' }, write('b.md', 'x'), { text: 'Understood.' }]), { clock });
    messages = new ShownMessages();
    reviewed = [];
    visible = false;
    title = 'Notes';
    pending = new PendingApprovals({ bus: core.bus, hitl: core.hitl, clock, titleOf: () => title, agentTitle: () => 'Coder' });
    rejections = new Rejections({ hitl: core.hitl, messages, clock, log: core.log });
    const review = (id: string): void => void reviewed.push(id);
    notifications = new ApprovalNotifications({ bus: core.bus, pending, rejections, messages, chatIsVisible: () => visible, review });
    await core.open();
  });
  afterEach(() => {
    notifications.dispose();
    pending.dispose();
    core.dispose();
  });

  /** The agent asks to write a.md. */
  const ask = async (): Promise<EventOf<'hitl.approval.requested'>['data']> => {
    const asked = core.next('hitl.approval.requested');
    core.send('write a.md');
    const { data } = await asked;
    await settle();
    return data;
  };
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  const decide = (decision: 'approve' | 'reject', { approvalId, argumentsHash }: { approvalId: string; argumentsHash: string }): void => {
    core.hitl.decide({ approvalId, argumentsHash, decision, feedback: '', actor: 'test' });
  };
  const decisions = (): object[] => core.of('hitl.decision.made').map(({ data: { decision, feedback, actor } }) => ({ decision, feedback, actor }));

  describe('PendingApprovals', () => {
    it('says what waits, for how long, and when that changes', async () => {
      const seen: string[][] = [];
      pending.onChange(() => seen.push(pending.all.map(({ question, left }) => `${question} ${left}`)));
      const asked = await ask();
      assert.deepEqual(seen, [['Create a.md? 5 min left']]);
      clock.pass(20_000);
      assert.equal(seen.length, 1);
      clock.pass(40_000);
      assert.deepEqual(seen[1], ['Create a.md? 4 min left']);
      clock.pass(190_000);
      assert.deepEqual(seen.at(-1), ['Create a.md? less than 1 min left']);
      decide('reject', asked);
      assert.deepEqual(seen.at(-1), []);
      assert.equal(pending.find(asked.approvalId), undefined);
      await core.orchestrator.idle();
      await ask();
      clock.pass(60_000);
      assert.deepEqual(seen.slice(-2), [['Create b.md? 5 min left'], ['Create b.md? 4 min left']]);
    });

    it('says it where nobody decided in time, and looks at the time no more', async () => {
      const seen: number[] = [];
      pending.onChange(() => seen.push(pending.all.length));
      await ask();
      clock.pass(300_000);
      await core.orchestrator.idle();
      assert.equal(seen.at(-1), 0);
      const before = seen.length;
      clock.pass(600_000);
      assert.equal(seen.length, before);
    });

    it('says it where the turn is stopped', async () => {
      const seen: number[] = [];
      await ask();
      pending.onChange(() => seen.push(pending.all.length));
      core.orchestrator.stop(core.sessionId);
      await core.orchestrator.idle();
      assert.deepEqual(seen, [0]);
    });
  });

  describe('ApprovalNotifications', () => {
    it('tell of a question whose chat is hidden, without Approve, and let nothing become a link or an icon', async () => {
      title = '[x](command:evil) $(check)\u202e';
      await ask();
      assert.deepEqual(messages.texts, ['Coder wants to create a.md in “[x]\u2060(command:evil) $\u2060(check) U+202E ”. | Review | Reject']);
    });

    it('tell of none whose chat is before the person', async () => {
      visible = true;
      await ask();
      assert.deepEqual(messages.texts, []);
    });

    it('tell of none that is decided as it is asked', async () => {
      core.approveAll();
      core.send('write a.md');
      await core.orchestrator.idle();
      assert.deepEqual(messages.texts, []);
      assert.equal(core.read('a.md'), 'x');
    });

    it('open the dialog by Review', async () => {
      const { approvalId } = await ask();
      messages.press('Review');
      await settle();
      assert.deepEqual(reviewed, [approvalId]);
      assert.deepEqual(decisions(), []);
    });

    it('reject by Reject, at once', async () => {
      await ask();
      messages.press('Reject');
      await core.orchestrator.idle();
      assert.deepEqual(decisions(), [{ decision: 'reject', feedback: '', actor: 'notification' }]);
      assert.equal(core.read('a.md'), undefined);
    });

    for (const button of ['Review', 'Reject']) {
      it(`say that it was already decided where ${button} comes too late`, async () => {
        const asked = await ask();
        decide('approve', asked);
        await core.orchestrator.idle();
        messages.press(button);
        await settle();
        assert.equal(messages.texts.at(-1), 'This was already decided.');
        assert.deepEqual(reviewed, []);
        assert.equal(decisions().length, 1);
      });
    }

    it('say that nothing was decided where it could not be saved', async () => {
      const { approvalId } = await ask();
      core.journal.refuses = () => true;
      messages.press('Reject');
      await settle();
      assert.match(messages.texts.at(-1) ?? '', /^Your decision could not be saved, so nothing was decided: /);
      core.journal.refuses = () => false;
      assert.equal(pending.find(approvalId)?.question, 'Create a.md?');
    });
  });

  describe('ApprovalCommands', () => {
    let pressed: string[];
    let notes: string[];
    let said: ApprovalCommandsDependencies['messages'];
    let inDialog: boolean;
    let feedback: string | undefined;
    let during: () => void;
    let commands: ApprovalCommands;
    beforeEach(() => {
      pressed = [];
      notes = [];
      said = { showInformationMessage: messages.showInformationMessage, setStatusBarMessage: (text) => void notes.push(text) };
      inDialog = false;
      feedback = '';
      during = () => undefined;
      visible = true;
      const dialogs = {
        review: (id: string) => void reviewed.push(id),
        decideActive: (decision: string) => {
          if (inDialog) pressed.push(decision);
          return inDialog;
        },
      };
      const prompts = {
        choose: (_title: string, waiting: readonly Waiting[]) => Promise.resolve(waiting[1]),
        feedback: () => {
          during();
          return Promise.resolve(feedback);
        },
      };
      commands = new ApprovalCommands({ pending, dialogs, rejections, prompts, messages: said });
    });

    it('press the button of the dialog that the person is in', async () => {
      await ask();
      inDialog = true;
      await commands.approve();
      await commands.reject();
      assert.deepEqual(pressed, ['approve', 'reject']);
      assert.deepEqual([decisions(), reviewed, messages.texts], [[], [], []]);
    });

    it('approve nothing that is not before the person: the dialog opens, to be read', async () => {
      const { approvalId } = await ask();
      await commands.approve();
      assert.deepEqual(reviewed, [approvalId]);
      assert.deepEqual(decisions(), []);
      assert.match(notes.join(), /Not approved yet/);
    });

    it('reject with what the person typed', async () => {
      await ask();
      feedback = ' Use b.md. ';
      await commands.reject();
      await core.orchestrator.idle();
      assert.deepEqual(decisions(), [{ decision: 'reject', feedback: 'Use b.md.', actor: 'command' }]);
    });

    it('decide nothing where the person leaves the field', async () => {
      await ask();
      feedback = undefined;
      await commands.reject();
      assert.deepEqual(decisions(), []);
    });

    it('ask which, where several wait', async () => {
      await ask();
      const [one] = pending.all;
      assert.ok(one);
      const two = { ...one, approvalId: 'two' };
      const several = { all: [one, two], find: (id: string) => (id === 'two' ? two : undefined) };
      const dialogs = { review: (id: string) => void reviewed.push(id), decideActive: () => false };
      const prompts = { choose: (_title: string, waiting: readonly Waiting[]) => Promise.resolve(waiting[1]), feedback: () => Promise.resolve(undefined) };
      await new ApprovalCommands({ pending: several, dialogs, rejections, prompts, messages: said }).review();
      assert.deepEqual(reviewed, ['two']);
    });

    it('say that nothing waits', async () => {
      await commands.approve();
      await commands.reject();
      await commands.review();
      assert.deepEqual(messages.texts, Array(3).fill('Nothing waits for you.'));
    });

    it('say that it was already decided where that happened meanwhile', async () => {
      const asked = await ask();
      during = () => decide('approve', asked);
      await commands.reject();
      await core.orchestrator.idle();
      assert.deepEqual(messages.texts, ['This was already decided.']);
      assert.equal(decisions().length, 1);
      await commands.review({ approvalId: asked.approvalId });
      await commands.reject({ approvalId: asked.approvalId });
      assert.deepEqual(messages.texts, Array(3).fill('This was already decided.'));
      assert.deepEqual(reviewed, []);
    });

    it('take what the view passes for what is meant, also while a dialog is open', async () => {
      const asked = await ask();
      inDialog = true;
      await commands.reject({ approvalId: asked.approvalId });
      await core.orchestrator.idle();
      assert.deepEqual(decisions(), [{ decision: 'reject', feedback: '', actor: 'view' }]);
      assert.deepEqual(pressed, []);
    });
  });
});
