// node _tfjs_predict.cjs graph|layers MODEL_FOLDER IMAGES_FILE ANSWER_FILE: what TensorFlow.js says of the images.
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
  return { backend: tf.getBackend(), outputs: Array.from(await model.predict(tf.tensor(values, shape)).data()) };
}

predict().then((result) => fs.writeFileSync(answer, JSON.stringify(result)));
