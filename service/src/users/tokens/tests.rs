//! TK-1 to TK-4, TK-6, AT-37, AT-38: what is not exactly one of our tokens is none.

use super::*;
use crate::clock::ManualClock;
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

fn good(tokens: &Tokens) -> String {
    tokens
        .sign(id(1).into(), id(2).into(), id(3).into(), id(4), now())
        .expect("signed")
}

fn part(token: &str, n: usize) -> Map<String, Value> {
    let part = token.split('.').nth(n).expect("three parts");
    let bytes = URL_SAFE_NO_PAD.decode(part).expect("base64");
    serde_json::from_slice(&bytes).expect("an object")
}

fn text(part: &Map<String, Value>) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(part).expect("json"))
}

/// A token with these parts and a signature by our own key that is right for them.
fn signed(keys: &Keys, head: &str, claims: &str) -> String {
    use ed25519_dalek::Signer as _;
    let message = format!("{head}.{claims}");
    let signature = SigningKey::from_bytes(&secret(keys)).sign(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

#[test]
fn holds_fifteen_minutes_and_only_for_its_issuer() {
    let ours = tokens(&Keys::new([1; 32]), ISSUER);
    let token = good(&ours);
    for (seconds, holds) in [(-61, false), (-60, true), (0, true), (899, true), (900, false)] {
        let at = now() + TimeDelta::seconds(seconds);
        assert_eq!(ours.verify(&token, at).is_ok(), holds, "{seconds} seconds later");
    }
    assert!(
        tokens(&Keys::new([1; 32]), "http://b")
            .verify(&token, now())
            .is_err()
    );
    assert!(tokens(&Keys::new([2; 32]), ISSUER).verify(&token, now()).is_err());
}

/// TK-6: the key changes, the previous one's tokens hold as long as it is known, and each key stands for itself.
#[test]
fn keys_change_without_signing_anybody_out() {
    let before = tokens(&Keys::new([1; 32]), ISSUER);
    let announced = tokens(&Keys::new([1; 32]).and([2; 32]), ISSUER);
    let changed = tokens(&Keys::new([2; 32]).and([1; 32]), ISSUER);
    let after = tokens(&Keys::new([2; 32]), ISSUER);
    let (old, new) = (good(&before), good(&changed));
    assert!(announced.verify(&old, now()).is_ok() && announced.verify(&new, now()).is_ok());
    assert!(changed.verify(&old, now()).is_ok() && changed.verify(&new, now()).is_ok());
    assert!(before.verify(&new, now()).is_err(), "not announced");
    assert!(after.verify(&old, now()).is_err(), "forgotten");
    // The signature of one key under the name of the other.
    let mut head = part(&old, 0);
    head["kid"] = part(&new, 0)["kid"].clone();
    let crossed = signed(
        &Keys::new([1; 32]),
        &text(&head),
        old.split('.').nth(1).expect("claims"),
    );
    assert!(changed.verify(&crossed, now()).is_err());
}

/// TK-2, AT-37: nothing in the header but the three members that we write.
#[test]
fn a_header_that_says_more_or_something_else_is_refused() {
    let keys = Keys::new([1; 32]);
    let ours = tokens(&keys, ISSUER);
    let token = good(&ours);
    let claims = token.split('.').nth(1).expect("claims");
    let head = part(&token, 0);
    assert!(
        ours.verify(&signed(&keys, &text(&head), claims), now()).is_ok(),
        "the control"
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
        let mut head = head.clone();
        head.insert(member.to_owned(), value.clone());
        let bent = signed(&keys, &text(&head), claims);
        assert!(ours.verify(&bent, now()).is_err(), "{member}: {value}");
    }
    for member in ["alg", "typ", "kid"] {
        let mut head = head.clone();
        head.remove(member);
        assert!(
            ours.verify(&signed(&keys, &text(&head), claims), now()).is_err(),
            "without {member}"
        );
    }
    let twice = format!(
        r#"{{"alg":"EdDSA","typ":"at+jwt","kid":{},"alg":"none"}}"#,
        head["kid"]
    );
    let twice = URL_SAFE_NO_PAD.encode(twice);
    assert!(
        ours.verify(&signed(&keys, &twice, claims), now()).is_err(),
        "alg twice"
    );
}

/// TK-1, AT-37: signatures that are none, or somebody else's.
#[test]
fn a_signature_by_anything_but_our_key_is_refused() {
    let keys = Keys::new([1; 32]);
    let ours = tokens(&keys, ISSUER);
    let token = good(&ours);
    let parts: Vec<&str> = token.split('.').collect();
    let unsigned = format!("{}.{}", parts[0], parts[1]);
    let public = SigningKey::from_bytes(&secret(&keys)).verifying_key();
    let mut head = part(&token, 0);
    head["alg"] = json!("HS256");
    let with_public_key = {
        use hmac::{KeyInit as _, Mac as _};
        let message = format!("{}.{}", text(&head), parts[1]);
        let mut block = [0; 64];
        block[..32].copy_from_slice(public.as_bytes());
        let mut mac = hmac::Hmac::<sha2::Sha256>::new(&block.into());
        mac.update(message.as_bytes());
        format!(
            "{message}.{}",
            URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
        )
    };
    head["alg"] = json!("none");
    let mut bent = URL_SAFE_NO_PAD.decode(parts[2]).expect("base64");
    bent[10] ^= 1;
    for (what, token) in [
        ("nothing", String::new()),
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
            "a bit of it bent",
            format!("{unsigned}.{}", URL_SAFE_NO_PAD.encode(&bent)),
        ),
        ("four parts", format!("{token}.{}", parts[2])),
        ("padding", format!("{token}==")),
        ("a blank", format!("{token} ")),
        ("none and no signature", format!("{}.{}.", text(&head), parts[1])),
        (
            "none and our signature",
            format!("{}.{}.{}", text(&head), parts[1], parts[2]),
        ),
        ("HS256 with the public key", with_public_key),
        ("another's key", signed(&Keys::new([2; 32]), parts[0], parts[1])),
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

/// TK-3, AT-38: every claim is required, and of its type.
#[test]
fn every_claim_is_required_and_typed() {
    let keys = Keys::new([1; 32]);
    let ours = tokens(&keys, ISSUER);
    let token = good(&ours);
    let (head, claims) = (part(&token, 0), part(&token, 1));
    let names: Vec<&str> = claims.keys().map(String::as_str).collect();
    let all = ["aud", "exp", "iat", "iss", "jti", "nbf", "sid", "sub", "tid"];
    assert_eq!(names, all);
    let refused = |claims: &Map<String, Value>| {
        let bent = signed(&keys, &text(&head), &text(claims));
        ours.verify(&bent, now()).is_err()
    };
    assert!(!refused(&claims), "the control");
    for name in all {
        let mut without = claims.clone();
        without.remove(name);
        assert!(refused(&without), "without {name}");
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
            let mut bent = claims.clone();
            bent.insert(name.to_owned(), value.clone());
            assert!(refused(&bent), "{name}: {value}");
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
        let mut bent = claims.clone();
        bent.insert(name.to_owned(), value.clone());
        assert!(refused(&bent), "{name}: {value}");
    }
}
