#!/usr/bin/env node
// /// script
// [tool.adrtool]
// inputs = ["constraints/tfjs/*.json"]
// timeout = "5m"
// network = true
// needs = ["command:npm"]
// control = "./tfjs_training.mjs --untrained"
// ///
//
// TensorFlow.js needs no Python: a network is stacked, trained and asked in JavaScript.
//
// @tensorflow/tfjs 4.22 learns a disc in the plane from 400 seeded points in Node, on its plain JavaScript backend. The
// trained network must classify 200 fresh points; its answers must equal a forward pass written out by hand, and those
// of the WebAssembly backend. The control: before training the same network must stay under the same floor,
// and with --untrained nothing but the training is left out.
// Shows that training works where JavaScript runs; not how fast it is, nor a browser: see tfjs_browser.py.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

const LOCK = new URL('constraints/tfjs/', import.meta.url);
const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT/;
const FLOOR = 0.9;
const EPOCHS = process.argv.includes('--untrained') ? 0 : 60;

class Skipped extends Error {}

/** TensorFlow.js with its WebAssembly backend, installed below `folder`. */
function install(folder) {
  for (const name of ['package.json', 'package-lock.json']) {
    fs.copyFileSync(new URL(name, LOCK), path.join(folder, name));
  }
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund'];
  const npm = spawnSync('npm', ['ci', ...flags], { cwd: folder, encoding: 'utf8' });
  if (npm.error) throw npm.error;
  if (npm.status !== 0 && UNREACHABLE.test(npm.stderr)) throw new Skipped('no npm registry answers');
  if (npm.status !== 0) throw new Error('npm ci: ' + npm.stderr.slice(-500));
  const require = createRequire(path.join(folder, 'package.json'));
  const tf = require('@tensorflow/tfjs');
  require('@tensorflow/tfjs-backend-wasm');
  return tf;
}

function measure(name, value, bounds) {
  const line = JSON.stringify({ name, value, unit: '', ...bounds });
  if (process.env.ADRTOOL_MEASURES) fs.appendFileSync(process.env.ADRTOOL_MEASURES, line + '\n');
  else console.log('measure ' + line);
  const { at_most: most = Infinity, at_least: least = -Infinity } = bounds;
  assert.ok(value <= most && value >= least, `${name} is ${value}, claimed was ${JSON.stringify(bounds)}`);
}

/** Points in the plane and whether each lies in the disc; the same for the same seed. */
function points(count, seed) {
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const xs = Array.from({ length: count }, () => [2 * random() - 1, 2 * random() - 1]);
  return { xs, labels: xs.map(([x, y]) => Number(Math.hypot(x, y) < 0.8)) };
}

function network(tf) {
  const layer = (units, activation, seed) =>
    tf.layers.dense({ units, activation, kernelInitializer: tf.initializers.glorotUniform({ seed }) });
  const model = tf.sequential();
  model.add(tf.layers.inputLayer({ inputShape: [2] }));
  model.add(layer(16, 'relu', 1));
  model.add(layer(1, 'sigmoid', 2));
  model.compile({ optimizer: tf.train.adam(0.02), loss: 'binaryCrossentropy' });
  return model;
}

const answers = (tf, model, xs) => Array.from(model.predict(tf.tensor2d(xs)).dataSync());

const accuracy = (probabilities, labels) =>
  probabilities.filter((p, i) => Number(p > 0.5) === labels[i]).length / labels.length;

const difference = (a, b) => Math.max(...a.map((value, i) => Math.abs(value - b[i])));

/** The network's answers by plain arithmetic on its weights. */
function byHand(model, xs) {
  const [w1, b1, w2, b2] = model.getWeights().map((weights) => weights.arraySync());
  return xs.map((x) => {
    const hidden = b1.map((bias, j) => Math.max(0, bias + x[0] * w1[0][j] + x[1] * w1[1][j]));
    return 1 / (1 + Math.exp(-hidden.reduce((sum, value, j) => sum + value * w2[j][0], b2[0])));
  });
}

async function main(folder) {
  const tf = install(folder);
  await tf.setBackend('cpu');
  const train = points(400, 1);
  const fresh = points(200, 2);
  const model = network(tf);
  const before = accuracy(answers(tf, model, fresh.xs), fresh.labels);
  measure('accuracy_before_training', before, {});
  if (before > FLOOR) throw new Error('an untrained network is right by chance: it shows nothing of training');

  const labels = tf.tensor2d(train.labels, [400, 1]);
  await model.fit(tf.tensor2d(train.xs), labels, { epochs: EPOCHS, batchSize: 32, shuffle: false, verbose: 0 });
  const cpu = answers(tf, model, fresh.xs);
  measure('accuracy', accuracy(cpu, fresh.labels), { at_least: FLOOR });
  measure('max_abs_diff_by_hand', difference(cpu, byHand(model, fresh.xs)), { at_most: 1e-5 });

  assert.ok(await tf.setBackend('wasm'), 'the WebAssembly backend does not start');
  assert.equal(tf.getBackend(), 'wasm');
  measure('max_abs_diff_in_wasm', difference(cpu, answers(tf, model, fresh.xs)), { at_most: 1e-5 });
}

// Node ends with 1 on any uncaught error; only an assertion may say "refuted".
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tfjs-'));
try {
  await main(folder);
} catch (error) {
  console.log(error instanceof Skipped ? error.message : error);
  process.exitCode = error instanceof Skipped ? 77 : error instanceof assert.AssertionError ? 1 : 3;
} finally {
  fs.rmSync(folder, { recursive: true });
}
