import { fileName, type Step } from './worldSteps.ts';
import type { WorldHost } from './WorldHost.ts';

/** What decisions leave behind in the world. */
interface Person {
  readonly sessionIds: readonly string[];
  readonly approved: Set<string>;
  readonly decided: string[];
  /** Runs what may be refused. */
  tolerate: (run: () => void) => void;
  refused: (error: unknown) => void;
  /** A number that nothing else has. */
  next: () => number;
}

/** Where the person decides. */
const surfaces = ['approval dialog', 'chat card', 'notification', 'command'] as const;

/** The person sees a question, or decides on it; one that is late decides on one that was asked before. */
export function decide(world: Person, host: WorldHost, step: Extract<Step, { do: 'show' | 'decide' }>): void {
  const questions = host.questions();
  const question = questions[step.question % Math.max(1, questions.length)];
  if (question === undefined) return;
  const { approvalId, argumentsHash } = question;
  if (step.do === 'show') {
    host.core.hitl.shown(approvalId, 'test');
    return;
  }
  const hash = step.hash === 'right' ? argumentsHash : 'another';
  world.tolerate(() => {
    if (step.decision === 'approve' && step.hash === 'right') world.approved.add(approvalId);
    const actor = surfaces[(step.surface ?? 0) % surfaces.length] ?? '';
    const result = host.core.hitl.decide({ approvalId, argumentsHash: hash, decision: step.decision, feedback: '', actor });
    if (result === 'decided') world.decided.push(approvalId);
  });
}

/** As the dialog's form does: what it would be is looked at first, and the person approves what that shows. */
export function editCall(world: Person, host: WorldHost, { question: index, shown }: Extract<Step, { do: 'edit call' }>): void {
  const questions = host.questions();
  const asked = questions[index % Math.max(1, questions.length)];
  const agent = host.core.router.find(asked?.agent ?? '');
  const sessionId = host.core.hitl.find(asked?.approvalId ?? '')?.sessionId;
  if (asked === undefined || agent === undefined || sessionId === undefined) return;
  const { approvalId, argumentsHash, callId, tool } = asked;
  const content = `content ${world.next()} of the person\n`;
  const approve = (edited: { arguments: Record<string, unknown>; argumentsHash: string }): void => {
    if (!host.alive) return;
    const result = host.core.hitl.decide({ approvalId, argumentsHash, decision: 'edit', feedback: '', actor: 'approval dialog', edited });
    if (result === 'decided') world.decided.push(approvalId);
  };
  host.core.tools.preview(agent, { sessionId, callId, tool }, { ...asked.arguments, content }).then(
    (preview) => {
      if (preview.ok) world.tolerate(() => approve({ arguments: preview.arguments, argumentsHash: shown ? preview.argumentsHash : 'another' }));
    },
    (error: unknown) => world.refused(error),
  );
}

export function changeRules(world: Person, host: WorldHost, { session, file, effect, scope, remove }: Extract<Step, { do: 'rule' }>): void {
  const sessionId = world.sessionIds[session % Math.max(1, world.sessionIds.length)];
  if (sessionId === undefined || !host.shown.has(sessionId)) return;
  const { policy } = host.core;
  const last = policy.rules(sessionId).find((kept) => kept.scope === scope);
  const changed =
    remove && last !== undefined
      ? policy.removeRule({ ...last, sessionId, actor: 'person' })
      : policy.addRule({ scope, rule: { tool: 'write_file', path: fileName(file), effect }, sessionId, actor: 'person' });
  changed.catch((error: unknown) => world.refused(error));
}
