// node _tfjs_predict.cjs graph|layers MODEL_FOLDER IMAGES_FILE ANSWER_FILE: what TensorFlow.js says of the images,
// and, of a layers model, what training it does.
const fs = require('node:fs');
const path = require('node:path');
const { createRequire } = require('node:module');

const [kind, folder, images, answer] = process.argv.slice(2);
const tf = createRequire(path.resolve(answer))('@tensorflow/tfjs');

// TensorFlow.js reads models over HTTP; node's fetch knows no file: addresses, so the files are handed over.
function files() {
  const model = JSON.parse(fs.readFileSync(path.join(folder, 'model.json')));
  const paths = model.weightsManifest.flatMap((group) => group.paths);
  const weights = Buffer.concat(paths.map((name) => fs.readFileSync(path.join(folder, name))));
  return tf.io.fromMemory({
    ...model,
    weightSpecs: model.weightsManifest.flatMap((group) => group.weights),
    weightData: new Uint8Array(weights).buffer,
  });
}

// Two epochs of one step each, on classes made up: the first loss is from before a step, the second from after it.
async function train(model, images) {
  const classes = tf.oneHot(Array.from({ length: images.shape[0] }, (_, index) => index % 10), 10);
  const before = model.getWeights().map((weight) => weight.clone());
  model.compile({ optimizer: tf.train.sgd(0.01), loss: 'categoricalCrossentropy' });
  const { history } = await model.fit(images, classes, { batchSize: images.shape[0], epochs: 2, verbose: 0 });
  const moved = model.getWeights().map((weight, index) => weight.sub(before[index]).abs().max().dataSync()[0]);
  return { losses: history.loss, moved };
}

async function predict() {
  await tf.setBackend('cpu');
  const load = { graph: tf.loadGraphModel, layers: tf.loadLayersModel }[kind];
  let model;
  try {
    model = await load(files());
  } catch (error) {
    return { error: error.message };
  }
  const { shape, values } = JSON.parse(fs.readFileSync(images));
  const input = tf.tensor(values, shape);
  const result = { backend: tf.getBackend(), outputs: Array.from(await model.predict(input).data()) };
  if (kind === 'graph') return result;
  try {
    return { ...result, ...(await train(model, input)) };
  } catch (error) {
    return { error: `fit: ${error.message}` };
  }
}

predict().then((result) => fs.writeFileSync(answer, JSON.stringify(result)));
