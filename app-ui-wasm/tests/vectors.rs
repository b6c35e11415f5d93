//! The vectors that hold the logic to the same bytes everywhere, in native Rust;
//! `tests/official/ui-logic.test.mjs` runs them as WebAssembly and as lowered JavaScript.

#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may stop, and counts")]

use std::path::PathBuf;

use daicho_app_ui_wasm::{check_mapping, check_value, diff, drift, project_and_check, suggest};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One call and the exact text of its answer.
#[derive(Serialize, Deserialize)]
struct Vector {
    name: String,
    call: String,
    /// An object is written as compact JSON; a text is the input itself.
    input: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    fill: Option<Fill>,
    output: String,
}

/// A place in the input that is filled with a repeated text, so that a large input takes no room here.
#[derive(Serialize, Deserialize)]
struct Fill {
    at: String,
    text: String,
    times: usize,
}

impl Vector {
    fn input(&self) -> String {
        let mut input = self.input.clone();
        if let Some(fill) = &self.fill {
            *input.pointer_mut(&fill.at).unwrap() = Value::String(fill.text.repeat(fill.times));
        }
        input.as_str().map_or_else(|| input.to_string(), str::to_owned)
    }

    fn answer(&self) -> String {
        let input = self.input();
        let call = match self.call.as_str() {
            "check_mapping" => check_mapping,
            "project_and_check" => project_and_check,
            "diff" => diff,
            "check_value" => check_value,
            "drift" => drift,
            "suggest" => suggest,
            other => panic!("{}: there is no call {other}", self.name),
        };
        call(&input)
    }
}

fn files() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}

/// One vector a line: the diff of a changed answer is a line.
fn write(file: &PathBuf, vectors: &[Vector]) {
    let lines: Vec<String> = vectors.iter().map(|vector| serde_json::to_string(vector).unwrap()).collect();
    std::fs::write(file, format!("[\n{}\n]\n", lines.join(",\n"))).unwrap();
}

#[test]
fn every_vector_gives_its_answer_to_the_byte() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for file in files() {
        let mut vectors: Vec<Vector> = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        for vector in &mut vectors {
            let answer = vector.answer();
            if answer != vector.output {
                wrong.push(format!("{}: {answer:.400}", vector.name));
                vector.output = answer;
            }
        }
        count += vectors.len();
        if std::env::var_os("UPDATE_VECTORS").is_some() {
            write(&file, &vectors);
            wrong.clear();
        }
    }
    println!("{count} vectors in native Rust");
    assert!(
        wrong.is_empty(),
        "answers that are not those of tests/vectors; if they are wanted, renew them with \
         `UPDATE_VECTORS=1 cargo test -p daicho-app-ui-wasm --test vectors` and read the difference:\n{}",
        wrong.join("\n")
    );
    assert!(count >= 40, "only {count} vectors");
}
