//! TK-6, AT-45, CF-2: the secret key changes without signing anybody out; a key that is none keeps the server from starting.

use crate::{
    client::{get_as, post},
    program::{Program, command},
    system::{Folder, signal},
};
use rustix::process::Signal;
use serde_json::json;
use std::{fs, process::Stdio, time::Duration};

async fn rotate(folder: &Folder, option: &[&str]) -> String {
    let mut command = command(&folder.0.join("data"), &[]);
    let output = command
        .arg("rotate-keys")
        .args(option)
        .output()
        .await
        .expect("jobhax");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

async fn restarted(program: Program, folder: &Folder) -> Program {
    program.stop(Signal::TERM, Duration::from_secs(15)).await;
    Program::start(folder, &[]).await
}

async fn status(program: &Program, token: &str) -> u16 {
    let answer = get_as(program.address, token, "/api/jobapps/get_statuses").await;
    answer.expect("answer").status
}

#[tokio::test]
async fn the_key_changes_and_nobody_is_signed_out() {
    let folder = Folder::new();
    let program = Program::start(&folder, &[]).await;
    let input = json!({"email": "ada@example.org", "password": "a quiet harbour at dawn"});
    let made = post(program.address, "/api/users/register", "", &input)
        .await
        .expect("answer")
        .json();
    let token =
        |answer: &serde_json::Value, name: &str| answer["data"][name].as_str().expect("token").to_owned();
    let old = token(&made, "access_token");

    let said = rotate(&folder, &[]).await;
    assert!(said.contains("--forget"), "{said}");
    let program = restarted(program, &folder).await;
    assert_eq!(
        status(&program, &old).await,
        200,
        "the previous key still verifies"
    );
    let refresh = json!({"refresh_token": token(&made, "refresh_token")});
    let fresh = post(program.address, "/api/users/refresh_token", "", &refresh)
        .await
        .expect("answer")
        .json();
    let new = token(&fresh, "access_token");
    assert_eq!(status(&program, &new).await, 200);

    rotate(&folder, &["--forget"]).await;
    let program = restarted(program, &folder).await;
    assert_eq!(
        status(&program, &old).await,
        401,
        "signed with a key that is forgotten"
    );
    assert_eq!(status(&program, &new).await, 200);
    drop(program);
}

#[tokio::test]
async fn a_key_that_somebody_typed_is_refused() {
    let folder = Folder::new();
    let program = Program::start(&folder, &[]).await;
    program.stop(Signal::TERM, Duration::from_secs(15)).await;
    let file = folder.0.join("data/secret.key");
    let good = fs::read_to_string(&file).expect("key");
    // 32 zeros; 32 letters; 8 bytes; nothing; a word.
    for bad in [
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY=",
        "AQIDBAUGBwg=",
        "",
        "changeme",
    ] {
        fs::write(&file, bad).expect("written");
        let mut command = command(&folder.0.join("data"), &[]);
        let output = command.stdout(Stdio::null()).output().await.expect("jobhax");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let line = text
            .lines()
            .find(|l| l.starts_with("jobhax: "))
            .unwrap_or_default();
        assert!(
            !output.status.success() && line.contains("secret.key"),
            "{bad}: {text}"
        );
        assert!(
            bad.is_empty() || !text.contains(bad),
            "the key is in the line: {line}"
        );
    }
    fs::write(&file, good).expect("written");
    let program = Program::start(&folder, &[]).await;
    signal(program.id(), Signal::TERM);
}
