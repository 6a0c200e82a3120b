//! Everything but an unmodified access token is rejected.

use super::*;
use crate::platform::clock::ManualClock;
use serde_json::{Map, Value, json};

const ISSUER: &str = "http://a";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).expect("time")
}

fn tokens(keys: &Keys, issuer: &str) -> Tokens {
    Tokens::new(keys, issuer, &ManualClock::at(now())).expect("tokens")
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn valid_token(tokens: &Tokens) -> String {
    tokens
        .sign(id(1).into(), id(2).into(), id(3).into(), id(4), now())
        .expect("signed")
}

fn decode_part(token: &str, n: usize) -> Map<String, Value> {
    let part = token.split('.').nth(n).expect("three parts");
    let bytes = URL_SAFE_NO_PAD.decode(part).expect("base64");
    serde_json::from_slice(&bytes).expect("an object")
}

fn encode_part(part: &Map<String, Value>) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(part).expect("json"))
}

/// A token with this header and claims and a valid signature by the key.
fn sign_parts(keys: &Keys, header: &str, claims: &str) -> String {
    use ed25519_dalek::Signer as _;
    let message = format!("{header}.{claims}");
    let signature = SigningKey::from_bytes(&secret_key(keys)).sign(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

#[test]
fn token_is_valid_for_15_minutes_and_only_for_its_issuer() {
    let ours = tokens(&Keys::new([1; 32]), ISSUER);
    let token = valid_token(&ours);
    for (seconds, is_valid) in [(-61, false), (-60, true), (0, true), (899, true), (900, false)] {
        let at = now() + TimeDelta::seconds(seconds);
        assert_eq!(
            ours.verify(&token, at).is_ok(),
            is_valid,
            "{seconds} seconds later"
        );
    }
    assert!(
        tokens(&Keys::new([1; 32]), "http://b")
            .verify(&token, now())
            .is_err()
    );
    assert!(tokens(&Keys::new([2; 32]), ISSUER).verify(&token, now()).is_err());
}

/// Tokens of the previous key stay valid as long as that key is known.
#[test]
fn key_rotation_keeps_existing_tokens_valid() {
    let before = tokens(&Keys::new([1; 32]), ISSUER);
    let staged = tokens(&Keys::new([1; 32]).with_previous([2; 32]), ISSUER);
    let promoted = tokens(&Keys::new([2; 32]).with_previous([1; 32]), ISSUER);
    let retired = tokens(&Keys::new([2; 32]), ISSUER);
    let (old, new) = (valid_token(&before), valid_token(&promoted));
    assert!(staged.verify(&old, now()).is_ok() && staged.verify(&new, now()).is_ok());
    assert!(promoted.verify(&old, now()).is_ok() && promoted.verify(&new, now()).is_ok());
    assert!(before.verify(&new, now()).is_err(), "not staged");
    assert!(retired.verify(&old, now()).is_err(), "retired");
    // The signature of one key with the id of the other.
    let mut header = decode_part(&old, 0);
    header["kid"] = decode_part(&new, 0)["kid"].clone();
    let crossed = sign_parts(
        &Keys::new([1; 32]),
        &encode_part(&header),
        old.split('.').nth(1).expect("claims"),
    );
    assert!(promoted.verify(&crossed, now()).is_err());
}

#[test]
fn token_with_modified_header_is_rejected() {
    let keys = Keys::new([1; 32]);
    let ours = tokens(&keys, ISSUER);
    let token = valid_token(&ours);
    let claims = token.split('.').nth(1).expect("claims");
    let header = decode_part(&token, 0);
    assert!(
        ours.verify(&sign_parts(&keys, &encode_part(&header), claims), now())
            .is_ok(),
        "control"
    );
    let key = json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
    for (member, value) in [
        ("alg", json!("none")),
        ("alg", json!("None")),
        ("alg", json!("NONE")),
        ("alg", json!("HS256")),
        ("alg", json!("RS256")),
        ("alg", json!("PS256")),
        ("alg", json!("ES256")),
        ("alg", json!("Ed25519")),
        ("alg", json!("eddsa")),
        ("alg", json!(["EdDSA"])),
        ("alg", Value::Null),
        ("typ", json!("JWT")),
        ("typ", json!("AT+JWT")),
        ("typ", json!("id_token+jwt")),
        ("typ", json!("application/at+jwt")),
        ("typ", Value::Null),
        ("kid", json!("../../../../dev/null")),
        ("kid", json!("' or '1'='1")),
        ("kid", json!("http://127.0.0.1:1/key")),
        ("kid", json!("")),
        ("kid", json!("0000000000000000")),
        ("kid", json!(1)),
        ("kid", Value::Null),
        ("jku", json!("http://127.0.0.1:1/keys")),
        ("x5u", json!("http://127.0.0.1:1/key")),
        ("x5c", json!(["MIIB"])),
        ("jwk", key),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("cty", json!("JWT")),
    ] {
        let mut header = header.clone();
        header.insert(member.to_owned(), value.clone());
        let modified = sign_parts(&keys, &encode_part(&header), claims);
        assert!(ours.verify(&modified, now()).is_err(), "{member}: {value}");
    }
    for member in ["alg", "typ", "kid"] {
        let mut header = header.clone();
        header.remove(member);
        assert!(
            ours.verify(&sign_parts(&keys, &encode_part(&header), claims), now())
                .is_err(),
            "without {member}"
        );
    }
    let twice = format!(
        r#"{{"alg":"EdDSA","typ":"at+jwt","kid":{},"alg":"none"}}"#,
        header["kid"]
    );
    let twice = URL_SAFE_NO_PAD.encode(twice);
    assert!(
        ours.verify(&sign_parts(&keys, &twice, claims), now()).is_err(),
        "alg twice"
    );
}

#[test]
fn token_without_signature_by_own_key_is_rejected() {
    let keys = Keys::new([1; 32]);
    let ours = tokens(&keys, ISSUER);
    let token = valid_token(&ours);
    let parts: Vec<&str> = token.split('.').collect();
    let unsigned = format!("{}.{}", parts[0], parts[1]);
    let public = SigningKey::from_bytes(&secret_key(&keys)).verifying_key();
    let mut header = decode_part(&token, 0);
    header["alg"] = json!("HS256");
    let with_public_key = {
        use hmac::{KeyInit as _, Mac as _};
        let message = format!("{}.{}", encode_part(&header), parts[1]);
        let mut block = [0; 64];
        block[..32].copy_from_slice(public.as_bytes());
        let mut mac = hmac::Hmac::<sha2::Sha256>::new(&block.into());
        mac.update(message.as_bytes());
        format!(
            "{message}.{}",
            URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
        )
    };
    header["alg"] = json!("none");
    let mut modified = URL_SAFE_NO_PAD.decode(parts[2]).expect("base64");
    modified[10] ^= 1;
    for (what, token) in [
        ("empty", String::new()),
        ("dots", "..".into()),
        ("two parts", unsigned.clone()),
        ("an empty signature", format!("{unsigned}.")),
        (
            "a signature of zeros",
            format!("{unsigned}.{}", URL_SAFE_NO_PAD.encode([0; 64])),
        ),
        ("a signature too short", format!("{unsigned}.{}", &parts[2][..80])),
        ("a signature too long", format!("{token}AAAA")),
        (
            "a flipped bit",
            format!("{unsigned}.{}", URL_SAFE_NO_PAD.encode(&modified)),
        ),
        ("four parts", format!("{token}.{}", parts[2])),
        ("padding", format!("{token}==")),
        ("a space", format!("{token} ")),
        (
            "none and no signature",
            format!("{}.{}.", encode_part(&header), parts[1]),
        ),
        (
            "none and our signature",
            format!("{}.{}.{}", encode_part(&header), parts[1], parts[2]),
        ),
        ("HS256 with the public key", with_public_key),
        ("another key", sign_parts(&Keys::new([2; 32]), parts[0], parts[1])),
        (
            "a refresh token",
            "jhr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into(),
        ),
        ("very long", "a".repeat(1_000_000)),
        ("not ASCII", "é.é.é".into()),
    ] {
        assert!(ours.verify(&token, now()).is_err(), "{what}");
    }
}

#[test]
fn token_with_missing_or_mistyped_claim_is_rejected() {
    let keys = Keys::new([1; 32]);
    let ours = tokens(&keys, ISSUER);
    let token = valid_token(&ours);
    let (header, claims) = (decode_part(&token, 0), decode_part(&token, 1));
    let names: Vec<&str> = claims.keys().map(String::as_str).collect();
    let all = ["aud", "exp", "iat", "iss", "jti", "nbf", "sid", "sub", "tid"];
    assert_eq!(names, all);
    let is_rejected = |claims: &Map<String, Value>| {
        let modified = sign_parts(&keys, &encode_part(&header), &encode_part(claims));
        ours.verify(&modified, now()).is_err()
    };
    assert!(!is_rejected(&claims), "control");
    for name in all {
        let mut without = claims.clone();
        without.remove(name);
        assert!(is_rejected(&without), "without {name}");
        let right = &claims[name];
        let wrong = [
            Value::Null,
            json!(true),
            json!([right]),
            json!({"0": right}),
            json!(""),
            if right.is_string() {
                json!(1)
            } else {
                json!(right.to_string())
            },
            json!(-1.5),
            json!(1e300),
        ];
        for value in wrong {
            let mut modified = claims.clone();
            modified.insert(name.to_owned(), value.clone());
            assert!(is_rejected(&modified), "{name}: {value}");
        }
    }
    for (name, value) in [
        ("iss", json!("http://b")),
        ("iss", json!("http://a/")),
        ("aud", json!("http://b")),
        ("aud", json!(["http://a", "http://b"])),
        ("exp", json!(now().timestamp())),
        ("exp", json!(now().timestamp() - 1)),
        ("exp", json!(i64::MIN)),
        ("exp", json!(u64::MAX)),
        ("nbf", json!(now().timestamp() + 61)),
        ("iat", json!(now().timestamp() + 61)),
        ("iat", json!(i64::MAX)),
        ("sub", json!("1")),
        ("sub", json!("' or true --")),
        ("tid", json!("http://127.0.0.1:1/")),
    ] {
        let mut modified = claims.clone();
        modified.insert(name.to_owned(), value.clone());
        assert!(is_rejected(&modified), "{name}: {value}");
    }
}
