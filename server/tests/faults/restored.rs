//! GD-6, AT-96: who has left stays away when a backup from before is restored.

use crate::{client::post, program::Program, system::Folder};
use rustix::process::Signal;
use serde_json::{Value, json};
use std::{path::Path, process::Command, time::Duration};

const PASSWORD: &str = "a quiet harbour at dawn";

async fn ask(program: &Program, path: &str, token: &str, body: Value) -> (u16, Value) {
    let answer = post(program.address, path, token, &body).await.expect("answer");
    let status = answer.status;
    (status, if status == 204 { Value::Null } else { answer.json() })
}

/// Copies with owners and modes, as Postgres asks for.
fn copy(from: &Path, to: &Path) {
    let done = Command::new("cp")
        .arg("-a")
        .arg(from)
        .arg(to)
        .status()
        .expect("cp");
    assert!(done.success());
}

#[tokio::test]
async fn gd_6_erased_people_stay_erased_when_a_backup_is_restored() {
    let folder = Folder::new();
    let (cluster, backup) = (folder.0.join("data/postgres"), folder.0.join("backup"));
    let patience = Duration::from_secs(15);

    let program = Program::start(&folder, &[]).await;
    let mut token = Value::Null;
    for name in ["ben", "ada"] {
        let person = json!({"email": format!("{name}@example.org"), "password": PASSWORD});
        let (status, made) = ask(&program, "/api/users/register", "", person).await;
        assert_eq!(status, 201, "{made}");
        token = made["data"]["access_token"].clone();
    }
    program.stop(Signal::TERM, patience).await;
    copy(&cluster, &backup);

    let program = Program::start(&folder, &[]).await;
    let token = token.as_str().expect("token");
    let proof = json!({"password": PASSWORD});
    let (status, said) = ask(&program, "/api/users/delete_user", token, proof).await;
    assert_eq!(status, 204, "{said}");
    program.stop(Signal::TERM, patience).await;

    std::fs::remove_dir_all(&cluster).expect("the database is lost");
    copy(&backup, &cluster);
    let program = Program::start(&folder, &[]).await;
    for (name, expected) in [("ada", 401), ("ben", 200)] {
        let person = json!({"email": format!("{name}@example.org"), "password": PASSWORD});
        let (status, said) = ask(&program, "/api/users/login", "", person).await;
        assert_eq!(status, expected, "{name}: {said}");
    }
    program.stop(Signal::TERM, patience).await;
}
