import { isTurnEvent } from '../../core/sessions/turnEvents.ts';
import type { EventOf } from '../../protocol/events.ts';

export type Requested = EventOf<'hitl.approval.requested'>;

/** Why a question is not to be decided any more. */
export interface Ending {
  /** In words for the person; absent where there is nothing to tell: they decided, or are asked anew, or this host ends. */
  reason?: string;
  /** The same call will not be asked about again. */
  forGood: boolean;
  /** The person's own decision: they go on in the chat. */
  decided?: boolean;
}

export const endings = {
  decided: { forGood: true, decided: true },
  askedAnew: { forGood: false },
  hostEnds: { forGood: false },
  deadline: { forGood: true, reason: 'Nobody decided in time, which counts as a rejection. Nothing was changed.' },
  turnEnded: { forGood: true, reason: 'The turn ended before you decided. Nothing was changed.' },
  notSaved: { forGood: false, reason: 'The turn stopped, since it could not be saved. Nothing was changed. You are asked again when it is resumed.' },
  elsewhere: { forGood: false, reason: 'Another window has this session now, and asks you there.' },
} as const satisfies Record<string, Ending>;

/** Types of events that may end questions. */
export const endingTypes = ['hitl.decision.made', 'hitl.timeout.occurred', 'agent.processing.completed', 'system.journal.failed', 'tool.execution.failed'] as const;
export type EndingEvent = EventOf<(typeof endingTypes)[number]>;

/** How an event ends questions, and which; `undefined` where it ends none. */
export function endedBy(event: EndingEvent): { ending: Ending; matches: (requested: Requested) => boolean } | undefined {
  const ofSession = ({ sessionId }: Requested): boolean => sessionId === event.sessionId;
  switch (event.type) {
    case 'hitl.decision.made':
    case 'hitl.timeout.occurred': {
      const { approvalId } = event.data;
      const ending = event.type === 'hitl.decision.made' ? endings.decided : endings.deadline;
      return { ending, matches: ({ data }) => data.approvalId === approvalId };
    }
    case 'agent.processing.completed':
      // a turn that is over waits for nothing; where an agent's part of it is over, the turn goes on
      return isTurnEvent(event) ? { ending: endings.turnEnded, matches: ofSession } : undefined;
    case 'system.journal.failed':
      return { ending: endings.notSaved, matches: ofSession };
    case 'tool.execution.failed': {
      const { callId } = event.data;
      return { ending: endings.turnEnded, matches: (requested) => ofSession(requested) && requested.data.callId === callId };
    }
  }
}
