"""The user's half of tfx_pipeline.py: how a row is prepared, and how the model is trained and saved."""
import tensorflow as tf
import tensorflow_transform as tft

FEATURES = ("x1", "x2")


def preprocessing_fn(columns):
    """Called by Transform."""
    return {**{name: tft.scale_to_z_score(columns[name]) for name in FEATURES}, "label": columns["label"]}


def inputs(columns):
    return tf.concat([tf.reshape(columns[name], [-1, 1]) for name in FEATURES], axis=1)


def dataset(patterns, transform):
    files = [file for pattern in patterns for file in tf.io.gfile.glob(pattern)]
    return tf.data.experimental.make_batched_features_dataset(
        files, 32, transform.transformed_feature_spec(), num_epochs=1, shuffle_seed=0,
        reader=lambda paths: tf.data.TFRecordDataset(paths, compression_type="GZIP"),
    ).map(lambda columns: (inputs(columns), tf.reshape(columns["label"], [-1, 1])))


def run_fn(arguments):
    """Called by Trainer; the saved model takes raw, serialised examples and transforms them itself."""
    tf.keras.utils.set_random_seed(0)
    transform = tft.TFTransformOutput(arguments.transform_output)
    model = tf.keras.Sequential([
        tf.keras.Input([len(FEATURES)]),
        tf.keras.layers.Dense(8, activation="relu"),
        tf.keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile("adam", "binary_crossentropy")
    model.fit(dataset(arguments.train_files, transform), epochs=20, verbose=0)

    server = tf.Module()
    server.model, server.transform = model, transform.transform_features_layer()
    spec = transform.raw_feature_spec()
    spec.pop("label")

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def serve(examples):
        return {"outputs": model(inputs(server.transform(tf.io.parse_example(examples, spec))))}

    tf.saved_model.save(server, arguments.serving_model_dir, signatures={"serving_default": serve})
