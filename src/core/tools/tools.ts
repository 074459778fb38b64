import { askFollowupQuestion } from './conversation/askFollowupQuestion.ts';
import { attemptCompletion } from './conversation/attemptCompletion.ts';
import { switchMode } from './conversation/switchMode.ts';
import { updatePlan } from './conversation/updatePlan.ts';
import { listFiles } from './ide/listFiles.ts';
import { readFile } from './ide/readFile.ts';
import { writeFile } from './ide/writeFile.ts';
import { calculator } from './local/calculator.ts';
import { echo } from './local/echo.ts';
import type { Tool } from './Tool.ts';

/** Every tool that comes with the extension. Which agent has which is the agent's. */
export const tools: readonly Tool[] = [readFile, listFiles, writeFile, switchMode, askFollowupQuestion, attemptCompletion, updatePlan, calculator, echo];
