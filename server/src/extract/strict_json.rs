//! A strict JSON deserializer. `serde_json` also accepts an array with the values of an object in field order, and an object with one
//! member for a string enum. Clients could come to rely on both by accident, and adding a field would change the meaning of such an array.
//!
//! The body is first parsed into [`Json`], which keeps duplicate members so that they can be rejected.

use super::input_error::{InputError, expectation};
use serde::{
    Deserialize,
    de::{
        DeserializeSeed, Deserializer, Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
        Visitor,
        value::{MapDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
};
use std::fmt;

/// Maximum nesting of arrays and objects. The deepest valid input has three levels. Deeper values are skipped, so that no input overflows
/// the stack.
const MAX_DEPTH: usize = 32;

/// A parsed JSON value.
#[derive(Clone, Debug)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    String(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
    /// A value nested more than [`MAX_DEPTH`] levels deep.
    TooDeep,
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Parser { depth: 0 }.deserialize(deserializer)
    }
}

#[derive(Clone, Copy)]
struct Parser {
    depth: usize,
}

impl Parser {
    /// The parser for the members of a container; `None` if the container is nested too deeply.
    fn nested(self) -> Option<Self> {
        (self.depth < MAX_DEPTH).then_some(Self {
            depth: self.depth + 1,
        })
    }
}

impl<'de> DeserializeSeed<'de> for Parser {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Parser {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Unsigned(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Signed(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Float(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        Ok(Json::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let Some(inner) = self.nested() else {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(Json::TooDeep);
        };
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let Some(inner) = self.nested() else {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Json::TooDeep);
        };
        let mut members = Vec::new();
        while let Some(name) = map.next_key()? {
            members.push((name, map.next_value_seed(inner)?));
        }
        Ok(Json::Object(members))
    }
}

impl Json {
    fn unexpected(&self) -> Unexpected<'_> {
        match self {
            Self::Null => Unexpected::Unit,
            Self::Bool(value) => Unexpected::Bool(*value),
            Self::Unsigned(value) => Unexpected::Unsigned(*value),
            Self::Signed(value) => Unexpected::Signed(*value),
            Self::Float(value) => Unexpected::Float(*value),
            Self::String(value) => Unexpected::Str(value),
            Self::Array(_) => Unexpected::Seq,
            Self::Object(_) => Unexpected::Map,
            Self::TooDeep => Unexpected::Other("deeply nested value"),
        }
    }
}

impl<'de> Deserializer<'de> for Json {
    type Error = InputError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Unsigned(value) => visitor.visit_u64(value),
            Self::Signed(value) => visitor.visit_i64(value),
            Self::Float(value) => visitor.visit_f64(value),
            Self::String(value) => {
                let expected = expectation(&visitor);
                let result = visitor.visit_string(value);
                result.map_err(|error: InputError| error.or_expecting(expected))
            }
            Self::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter())),
            Self::Object(members) => visitor.visit_map(MapDeserializer::new(members.into_iter())),
            Self::TooDeep => Err(InputError::custom("nested too deeply")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        match self {
            Self::Null => visitor.visit_none(),
            value => visitor.visit_some(value),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, InputError> {
        visitor.visit_newtype_struct(self)
    }

    /// Accepts only an object.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        match self {
            Self::Object(_) => self.deserialize_any(visitor),
            other => Err(InputError::invalid_type(other.unexpected(), &"an object")),
        }
    }

    /// Accepts only a string.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        match self {
            Self::String(variant) => visitor.visit_enum(variant.into_deserializer()),
            other => Err(InputError::invalid_type(
                other.unexpected(),
                &"one of the documented strings",
            )),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

impl IntoDeserializer<'_, InputError> for Json {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Outer {
        inner: Option<Inner>,
        #[serde(default)]
        many: Vec<Inner>,
        #[serde(default)]
        named: BTreeMap<String, Inner>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Inner {
        word: Word,
        id: Id,
        pair: (i32, f64),
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Id(String);

    #[derive(Debug, PartialEq, Deserialize)]
    enum Word {
        One,
    }

    fn strict(text: &str) -> Result<Outer, String> {
        let json: Json = serde_json::from_str(text).expect("JSON");
        Outer::deserialize(json).map_err(|e| e.to_string())
    }

    fn lax(text: &str) -> Outer {
        serde_json::from_str(text).expect("accepted by serde_json")
    }

    const INNER: &str = r#"{"word": "One", "id": "\u0061", "pair": [1, 2.5]}"#;

    #[test]
    fn valid_input_is_read_like_by_serde_json() {
        for text in [
            r#"{"inner": null}"#.to_owned(),
            format!(r#"{{"inner": {INNER}, "many": [{INNER}, {INNER}], "named": {{"x": {INNER}}}}}"#),
        ] {
            assert_eq!(strict(&text), Ok(lax(&text)));
        }
    }

    #[test]
    fn array_for_object_and_object_for_string_are_rejected() {
        let list = r#"["One", "a", [1, 2.5]]"#;
        let word = INNER.replace(r#""One""#, r#"{"One": null}"#);
        for (text, expected) in [
            (format!("[{INNER}]"), "not an object"),
            (format!(r#"{{"inner": {list}}}"#), "not an object"),
            (format!(r#"{{"inner": null, "many": [{list}]}}"#), "not an object"),
            (
                format!(r#"{{"inner": null, "named": {{"x": {list}}}}}"#),
                "not an object",
            ),
            (
                format!(r#"{{"inner": {word}}}"#),
                "not one of the documented strings",
            ),
        ] {
            lax(&text);
            assert_eq!(strict(&text).expect_err(&text), expected, "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_skipped() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let text = open.repeat(100_000) + "1" + &close.repeat(100_000);
            let mut json: Json = serde_json::from_str(&text).expect("JSON");
            let mut depth = 0;
            loop {
                json = match json {
                    Json::Array(mut items) => items.remove(0),
                    Json::Object(mut members) => members.remove(0).1,
                    _ => break,
                };
                depth += 1;
            }
            assert!(matches!(json, Json::TooDeep));
            assert_eq!(depth, MAX_DEPTH);
        }
    }

    #[test]
    fn duplicate_member_is_rejected() {
        let error = strict(r#"{"inner": null, "inner": null}"#).expect_err("duplicate");
        assert_eq!(error, "duplicate field inner");
    }
}
