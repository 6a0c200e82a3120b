import assert from "node:assert/strict";
import { test } from "node:test";
import { isSameLink, originPattern, parseAddress } from "../server.js";

test("address of a board names server and workspace", () => {
  assert.deepEqual(parseAddress(" https://jobs.example.org/w/ada/board?q=x "), { server: "https://jobs.example.org", slug: "ada" });
  assert.deepEqual(parseAddress("jobs.example.org"), { server: "https://jobs.example.org", slug: "" });
  assert.deepEqual(parseAddress("http://127.0.0.1:3000/w/a-1"), { server: "http://127.0.0.1:3000", slug: "a-1" });
  for (const invalid of ["", "https://", "ftp://jobs.example.org", "https://user:secret@jobs.example.org", "javascript://x"]) {
    assert.throws(() => parseAddress(invalid), /Enter the address/, invalid);
  }
  assert.equal(originPattern("http://127.0.0.1:3000"), "http://127.0.0.1/*");
});

test("links are the same but for www, a slash at the end and the order of parameters", () => {
  assert.ok(isSameLink("https://www.x.example/jobs/1/?a=1&b=2", "https://x.example/jobs/1?b=2&a=1#top"));
  assert.ok(!isSameLink("https://x.example/jobs/1", "https://x.example/jobs/2"));
  assert.ok(!isSameLink("", "https://x.example/jobs/1"));
});
