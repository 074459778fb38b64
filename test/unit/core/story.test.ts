import * as assert from 'node:assert/strict';
import { isTurnEvent } from '../../../src/core/sessions/turnEvents.ts';
import { OpenAiStream } from '../../../src/llm/OpenAiStream.ts';
import type { RuntimeEvent } from '../../../src/protocol/events.ts';
import { orphans } from '../../support/causationTree.ts';
import { ModelServer } from '../../support/modelServer.ts';
import { FIXED, linesOf, PLAN, READS, REFUSAL, said, STORY, storyAnswers, storyFiles } from '../../support/storyScript.ts';
import { TestCore } from '../../support/TestCore.ts';
import { TestModelMemory } from '../../support/TestModelMemory.ts';

/** The events of each turn, from the person's message to its end. What happens between turns is in none. */
function turnsOf(events: readonly RuntimeEvent[]): RuntimeEvent[][] {
  const turns: RuntimeEvent[][] = [];
  let open: RuntimeEvent[] | undefined;
  for (const event of events) {
    if (open === undefined && event.type === 'session.message.added') turns.push((open = []));
    open?.push(event);
    if (event.type === 'agent.processing.completed' && isTurnEvent(event)) open = undefined;
  }
  return turns;
}

describe('A story, from a question to a fix', () => {
  let server: ModelServer;
  let core: TestCore;
  let ofSession: RuntimeEvent[];
  before(async () => {
    server = new ModelServer();
    core = new TestCore(new OpenAiStream({ baseUrl: await server.start(), model: 'scripted', apiKey: undefined, memory: new TestModelMemory() }));
    for (const [file, text] of Object.entries(storyFiles)) core.put(file, text);
    await core.open();
    core.approveAll();
    const { promise: reads, resolve: answerReads } = Promise.withResolvers<undefined>();
    core.bus.on('llm.request.started', () => {
      if (core.of('llm.request.started').length !== READS) return;
      assert.equal(core.send(said.meanwhile), 'queued');
      answerReads(undefined);
    });
    server.script(...storyAnswers(reads));
    await core.turn(said.question);
    await core.turn(said.task);
    core.orchestrator.chooseAgent(core.sessionId, 'orchestrator');
    await core.turn(said.after);
    ofSession = core.events.filter(({ sessionId }) => sessionId === core.sessionId);
  });
  after(async () => {
    core.dispose();
    await server.stop();
  });

  it('is told by the journal', () => {
    assert.deepEqual(linesOf(core.store.of(core.sessionId)), STORY);
    assert.equal(server.served, storyAnswers(Promise.resolve()).length);
  });

  it('changed the two files that were approved, and nothing else', () => {
    assert.deepEqual(core.workspace.written, [core.file('docs/plan.md'), core.file('src/rateLimiter.ts')]);
    assert.equal(core.read('docs/plan.md'), PLAN);
    assert.equal(core.read('src/rateLimiter.ts'), FIXED);
  });

  it('told the model what it may not do and what is not there, and what the person wrote meanwhile', () => {
    const told = (server.requests.at(-4)?.body.messages ?? []).flatMap(({ role, content }) => ((role === 'tool' || role === 'user') && typeof content === 'string' ? [content] : []));
    assert.match(told.find((text) => text.includes('may write only')) ?? '', new RegExp(REFUSAL.source.replace('^', '^(Error: )?')));
    assert.ok(told.includes('Error: src/limits.ts does not exist.'), told.join('\n'));
    assert.ok(told.includes(said.meanwhile));
  });

  // fault 5 of the system before this one: the correlation id was lost between the orchestrator and the stream service
  it('gives every event of a turn, whoever published it, the correlation id of that turn', () => {
    const turns = turnsOf(ofSession);
    assert.deepEqual(turns.map((events) => new Set(events.map(({ correlationId }) => correlationId)).size), [1, 1, 1]);
    assert.equal(new Set(turns.map(([first]) => first?.correlationId)).size, 3);
    const publishers = new Set(turns.flat().map(({ source }) => source));
    for (const source of ['LLMStreamService', 'LlmClient', 'ToolRegistry', 'HitlManager', 'SessionManager', 'MultiAgentOrchestrator', 'CoderAgent']) assert.ok(publishers.has(source), source);
    const outside = ofSession.filter((event) => !turns.flat().includes(event)).map(({ type }) => type);
    assert.deepEqual(outside, ['session.created', 'agent.switched']);
  });

  it('has a tree of causes without an orphan, tokens included', () => {
    assert.deepEqual(orphans(ofSession), []);
    assert.ok(ofSession.some(({ type }) => type === 'llm.text.delta'));
    assert.deepEqual(orphans(core.store.of(core.sessionId)), []);
  });
});
