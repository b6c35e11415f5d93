//! The data of a lowered module, compressed.
//!
//! wasm2js writes a module's data as base64, which is a third larger than the data and hard to compress on the way.
//! Compressed before, by Zopfli, which takes a tenth less than the usual deflate, it is a third of that.

use std::fmt::Write as _;
use std::io::Read as _;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zopfli::{Format, Options};

/// A line that writes a segment: its offset in the memory, then its data.
const SEGMENT: &str = "base64DecodeToExistingUint8Array(bufferView, ";
/// What the segments are written by.
const BEGIN: &str = "function initActiveSegments(imports) {";

/// The same module with all its segments in one compressed text, unpacked once.
///
/// # Errors
/// If the module is not written as wasm2js writes it.
pub fn pack(code: &str) -> Result<String> {
    let mut data = Vec::new();
    let mut packed = String::from("import inflate from \"tiny-inflate\";\n");
    for line in code.lines() {
        match segment(line)? {
            Some((offset, segment)) => {
                let begin = data.len();
                data.extend_from_slice(&segment);
                writeln!(packed, "  bufferView.set(data.subarray({begin}, {}), {offset});", data.len())?;
            }
            None => writeln!(packed, "{line}")?,
        }
    }
    ensure!(
        !data.is_empty() && packed.contains(BEGIN),
        "wasm2js writes its data in another way now: mend xtask/src/pack.rs"
    );
    let mut compressed = Vec::new();
    zopfli::compress(Options::default(), Format::Deflate, data.as_slice().by_ref(), &mut compressed)
        .context("cannot compress the module's data")?;
    let unpack = format!(
        "{BEGIN}\n  const compressed = new Uint8Array({});\n  base64DecodeToExistingUint8Array(compressed, 0, \"{}\");\n  \
         const data = inflate(compressed, new Uint8Array({}));",
        compressed.len(),
        STANDARD.encode(&compressed),
        data.len()
    );
    Ok(packed.replacen(BEGIN, &unpack, 1))
}

fn segment(line: &str) -> Result<Option<(&str, Vec<u8>)>> {
    let parts = line.trim_start().strip_prefix(SEGMENT).and_then(|rest| rest.split_once(", \""));
    let Some((offset, text)) = parts else { return Ok(None) };
    let text = text.strip_suffix("\");").context("a segment of wasm2js does not end with its line")?;
    Ok(Some((offset, STANDARD.decode(text).context("a segment of wasm2js is not base64")?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_segment_is_taken_from_the_one_text_that_is_unpacked() {
        let code = "function initActiveSegments(imports) {\n  \
                    base64DecodeToExistingUint8Array(bufferView, 1024, \"YWJj\");\n  \
                    base64DecodeToExistingUint8Array(bufferView, 2048, \"ZGU=\");\n}\n";
        let packed = pack(code).unwrap();
        assert!(packed.contains("bufferView.set(data.subarray(0, 3), 1024);"), "{packed}");
        assert!(packed.contains("bufferView.set(data.subarray(3, 5), 2048);"), "{packed}");
        assert!(packed.contains("inflate(compressed, new Uint8Array(5))"), "{packed}");
    }

    #[test]
    fn a_module_that_is_written_in_another_way_is_refused() {
        assert!(pack("function other() {}\n").is_err());
    }
}
