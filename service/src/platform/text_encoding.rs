//! Detects and decodes the encoding of a text file.

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::{Deserialize, Serialize};
use std::io::{self, Read};

const INPUT_BYTES: usize = 16 * 1024;
const OUTPUT_BYTES: usize = 3 * INPUT_BYTES;

/// The encoding of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TextEncoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1252,
}

impl TextEncoding {
    /// The encoding of a file that begins with these bytes. Without a byte order mark it is UTF-8 if the whole file is valid UTF-8.
    pub fn detect(start: &[u8], is_utf8: bool) -> Self {
        match Encoding::for_bom(start) {
            Some((encoding, _)) if encoding == UTF_16LE => Self::Utf16Le,
            Some((encoding, _)) if encoding == UTF_16BE => Self::Utf16Be,
            _ if is_utf8 => Self::Utf8,
            _ => Self::Windows1252,
        }
    }

    const fn encoding(self) -> &'static Encoding {
        match self {
            Self::Utf8 => UTF_8,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::Windows1252 => WINDOWS_1252,
        }
    }

    fn decoder(self) -> Decoder {
        self.encoding().new_decoder_with_bom_removal()
    }
}

/// Checks incrementally whether the bytes that arrive in chunks are valid UTF-8.
#[derive(Debug, Default)]
pub(crate) struct Utf8Check {
    /// The beginning of a character whose remaining bytes have not arrived yet.
    tail: Vec<u8>,
    is_invalid: bool,
}

impl Utf8Check {
    pub fn push(&mut self, bytes: &[u8]) {
        if self.is_invalid {
            return;
        }
        self.tail.extend_from_slice(bytes);
        let rest = match std::str::from_utf8(&self.tail) {
            Ok(_) => self.tail.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => {
                self.is_invalid = true;
                self.tail.len()
            }
        };
        self.tail.drain(..rest);
    }

    pub fn is_utf8(&self) -> bool {
        !self.is_invalid && self.tail.is_empty()
    }
}

/// A file as UTF-8, without its byte order mark. Invalid bytes become U+FFFD.
pub(crate) struct DecodedText<R> {
    inner: R,
    decoder: Decoder,
    input: Vec<u8>,
    /// Bytes of `input` that are not decoded yet.
    input_range: std::ops::Range<usize>,
    is_input_at_end: bool,
    output: Vec<u8>,
    output_range: std::ops::Range<usize>,
    is_finished: bool,
}

impl<R: Read> DecodedText<R> {
    pub fn new(inner: R, encoding: TextEncoding) -> Self {
        Self {
            inner,
            decoder: encoding.decoder(),
            input: vec![0; INPUT_BYTES],
            input_range: 0..0,
            is_input_at_end: false,
            output: vec![0; OUTPUT_BYTES],
            output_range: 0..0,
            is_finished: false,
        }
    }

    /// Decodes the next chunk. False at the end of the file.
    fn fill(&mut self) -> io::Result<bool> {
        while self.output_range.is_empty() && !self.is_finished {
            if self.input_range.is_empty() && !self.is_input_at_end {
                let read = self.inner.read(&mut self.input)?;
                self.input_range = 0..read;
                self.is_input_at_end = read == 0;
            }
            let source = &self.input[self.input_range.clone()];
            let (result, read, written, _) =
                self.decoder
                    .decode_to_utf8(source, &mut self.output, self.is_input_at_end);
            self.input_range.start += read;
            self.output_range = 0..written;
            self.is_finished = self.is_input_at_end && result == encoding_rs::CoderResult::InputEmpty;
        }
        Ok(!self.output_range.is_empty())
    }
}

impl<R: Read> Read for DecodedText<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.fill()? {
            return Ok(0);
        }
        let count = buffer.len().min(self.output_range.len());
        let start = self.output_range.start;
        buffer[..count].copy_from_slice(&self.output[start..start + count]);
        self.output_range.start += count;
        Ok(count)
    }
}

/// The text of a small file.
pub(crate) fn decode(bytes: &[u8]) -> String {
    let encoding = TextEncoding::detect(bytes, std::str::from_utf8(bytes).is_ok());
    let (text, _) = encoding.encoding().decode_with_bom_removal(bytes);
    text.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> String {
        let mut check = Utf8Check::default();
        for chunk in bytes.chunks(3) {
            check.push(chunk);
        }
        let encoding = TextEncoding::detect(bytes, check.is_utf8());
        let mut text = String::new();
        DecodedText::new(bytes, encoding)
            .read_to_string(&mut text)
            .expect("decoded");
        assert_eq!(decode(bytes), text);
        text
    }

    #[test]
    fn common_encodings_are_detected_and_decoded() {
        assert_eq!(decoded("\u{feff}Zoë €".as_bytes()), "Zoë €");
        assert_eq!(decoded("Zoë €".as_bytes()), "Zoë €");
        assert_eq!(decoded(b"Zo\xeb \x80 \x93x\x94"), "Zoë € “x”");
        let utf16 = |to_bytes: fn(u16) -> [u8; 2]| {
            "\u{feff}Zoë 👩"
                .encode_utf16()
                .flat_map(to_bytes)
                .collect::<Vec<_>>()
        };
        assert_eq!(decoded(&utf16(u16::to_le_bytes)), "Zoë 👩");
        assert_eq!(decoded(&utf16(u16::to_be_bytes)), "Zoë 👩");
        assert_eq!(decoded(b""), "");
        // A character that is cut off at the end is not UTF-8.
        assert_eq!(decoded(b"a\xc3"), "aÃ");
        let long = "é,".repeat(100_000);
        assert_eq!(decoded(long.as_bytes()), long);
        let mut latin = b"a,".repeat(100_000);
        latin.push(0xe9);
        assert_eq!(decoded(&latin), format!("{}é", "a,".repeat(100_000)));
    }
}
