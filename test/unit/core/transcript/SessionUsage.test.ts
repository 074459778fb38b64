import * as assert from 'node:assert/strict';
import type { TokenUsage } from '../../../../src/protocol/webview.ts';
import { fold, Story } from '../../../support/Story.ts';

describe('The tokens of a session', () => {
  let story: Story;
  beforeEach(() => {
    story = new Story();
    story.says('do it');
    story.begins();
  });

  interface Figures {
    inputTokens?: number;
    outputTokens?: number;
    estimated?: true;
  }
  const used = (inputTokens: number, outputTokens: number, estimated = false): TokenUsage => ({ inputTokens, outputTokens, estimated });
  const completes = (figures: Figures): void => story.tell('llm.request.completed', { requestId: 'r', model: 'm', finishReason: 'stop', durationMs: 1, ...figures });
  const ends = (figures: Figures, outcome: 'completed' | 'interrupted' = 'completed', source?: string): void =>
    story.tell('agent.processing.completed', { agent: 'coder', success: true, outcome, durationMs: 5, ...figures }, source);
  const total = (): TokenUsage | undefined => {
    assert.deepEqual(fold(story.journal).usage, story.transcript.usage);
    return story.transcript.usage;
  };

  it('are none before the first', () => {
    assert.equal(total(), undefined);
  });

  it('grow with each request, and are not counted again at the turn’s end', () => {
    completes({ inputTokens: 10, outputTokens: 1 });
    assert.deepEqual(total(), used(10, 1));
    story.tell('llm.request.failed', { requestId: 'r', model: 'm', error: { code: 'model_server', message: '' }, cancelled: false, durationMs: 1, inputTokens: 10, outputTokens: 2 });
    assert.deepEqual(total(), used(20, 3));
    ends({ inputTokens: 20, outputTokens: 3 }, 'completed', 'CoderAgent');
    assert.deepEqual(total(), used(20, 3));
    ends({ inputTokens: 20, outputTokens: 3 });
    assert.deepEqual(total(), used(20, 3));
    story.correlationId = 'turn 2';
    story.begins();
    completes({ inputTokens: 5, outputTokens: 5 });
    assert.deepEqual(total(), used(25, 8));
  });

  it('say that a part is estimated, from then on', () => {
    completes({ inputTokens: 10, outputTokens: 1, estimated: true });
    ends({ inputTokens: 10, outputTokens: 1, estimated: true });
    const turnEnd = story.items.at(-1);
    assert.deepEqual(turnEnd?.kind === 'turnEnd' ? turnEnd.usage : undefined, used(10, 1, true));
    completes({ inputTokens: 1, outputTokens: 1 });
    assert.deepEqual(total(), used(11, 2, true));
  });

  it('keep those of a turn that VS Code closed on, also where it goes on', () => {
    completes({ inputTokens: 10, outputTokens: 1 });
    story.interrupt();
    story.begins(true);
    completes({ inputTokens: 10, outputTokens: 1 });
    ends({ inputTokens: 10, outputTokens: 1 });
    assert.deepEqual(total(), used(20, 2));
    story.correlationId = 'turn 2';
    story.begins();
    completes({ inputTokens: 7, outputTokens: 0 });
    ends({}, 'interrupted');
    assert.deepEqual(total(), used(27, 2));
  });

  it('count for none where a model tells nothing', () => {
    completes({});
    ends({});
    assert.equal(total(), undefined);
    assert.deepEqual(story.kinds, ['user', 'turnEnd']);
  });
});
