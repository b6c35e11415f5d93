//! Randomness fit for nonces.

use daicho_engine::port::Random;
use wasm_bindgen::prelude::*;

/// Web Crypto refuses more bytes at once.
const MOST_BYTES: usize = 65_536;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(bytes: &mut [u8]) -> Result<JsValue, JsValue>;
}

/// `crypto.getRandomValues`
#[derive(Clone, Copy)]
pub struct WebCrypto;

impl Random for WebCrypto {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(MOST_BYTES) {
            if let Err(refused) = get_random_values(chunk) {
                // Going on with bytes that anyone can guess would be worse than stopping.
                wasm_bindgen::throw_val(refused);
            }
        }
    }
}
