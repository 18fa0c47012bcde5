import Events
import Foundation
import Jobs
import Testing

@testable import Agents

@Suite struct `A command` {
    private func run(
        _ script: String, request: String = #"{"format":1}"#, passEnv: [String] = [], workdir: String = "",
        outputBytesMax: UInt64 = 0, workspace: String = "/nonexistent", secrets: [String: String] = [:],
        timeoutMs: UInt64 = 20_000
    ) async -> CallReport {
        await run(
            ["bash", "-c", script], request: request, passEnv: passEnv, workdir: workdir,
            outputBytesMax: outputBytesMax, workspace: workspace, secrets: secrets, timeoutMs: timeoutMs)
    }

    private func run(
        _ arguments: [String], request: String = #"{"format":1}"#, passEnv: [String] = [], workdir: String = "",
        outputBytesMax: UInt64 = 0, workspace: String = "/nonexistent", secrets: [String: String] = [:],
        timeoutMs: UInt64 = 20_000
    ) async -> CallReport {
        let model = CommandModel(
            arguments: arguments, passEnv: passEnv, workdir: workdir, outputBytesMax: outputBytesMax, reconcile: .pure)
        return await report(
            of: .command, .command(model), request: request, workspace: workspace, secrets: secrets,
            timeoutMs: timeoutMs)
    }

    @Test func `gets the exact request on its input, and its output is the answer`() async throws {
        let request = #"{"format":1,  "task":{"goal":"ü"}}"#
        let report = await run(["/bin/cat"], request: request)
        #expect(report.content == request)
        #expect(report.completed?.model == "tested")
        #expect(report.completed?.costMicrodollars == 0)
    }

    @Test func `a large request goes through, read or not`() async {
        let request = "[" + String(repeating: "1,", count: 400_000) + "1]"
        #expect(await run(["cat"], request: request).content == request)
        #expect(await run("echo '{}'", request: request).content == "{}\n")
    }

    @Test func `an envelope is opened, and what it claims is kept`() async throws {
        let report = await run(
            #"echo '{"output":{"b":1, "a":[2]},"usage":{"input_tokens":3,"output_tokens":4},"cost_microdollars":5}'"#)
        #expect(report.content == #"{"b":1,"a":[2]}"#)
        #expect(report.completed?.usage == Usage(inputTokens: 3, outputTokens: 4, cachedTokens: 0))
        #expect(report.completed?.costMicrodollars == 5)
    }

    @Test func `an answer that has an output among others is left as it is`() async {
        let answer = #"{"output":1,"subject":"x","usage":{"prompt_tokens":9}}"#
        let report = await run("echo -n '\(answer)'")
        #expect(report.content == answer)
        #expect(report.completed?.usage.inputTokens == 9)
    }

    @Test(arguments: ["echo hello", "echo '{\"a\":'", "true", "echo '{} {}'", "printf '\\xff'"])
    func `what is not one JSON value is malformed, and kept`(script: String) async {
        let report = await run(script)
        #expect(report.failed?.error == .malformed)
        #expect((report.content != nil) == (script != "true"))
    }

    @Test func `an exit code other than zero is a failure with what it said on its error output`() async {
        let report = await run("echo '{}'; echo sorry >&2; exit 3")
        #expect(report.failed?.error == .exit)
        #expect(report.failed?.status == 3)
        #expect(report.content == "sorry\n")
    }

    @Test func `a signal is a failure as shells count it`() async {
        let report = await run("kill -SEGV $$")
        #expect(report.failed?.error == .exit)
        #expect(report.failed?.status == 139)
    }

    @Test func `error output is kept up to its limit and never holds the command up`() async {
        let report = await run("yes error | head -c 1000000 >&2; exit 1")
        #expect(report.failed?.error == .exit)
        #expect(report.content?.utf8.count == 16 << 10)
    }

    @Test(arguments: [["daybook-no-such-command"], ["/nonexistent/x"], ["./no/such"], ["/etc"], ["/etc/passwd"], []])
    func `a command that is not there is missing`(arguments: [String]) async {
        #expect(await run(arguments).failed?.error == .missing)
    }

    @Test func `a script whose interpreter is not there is missing`() async throws {
        let folder = try TemporaryFolder()
        try Data("#!/nonexistent/python\n".utf8).write(to: URL(filePath: "\(folder.path)/agent"))
        chmod("\(folder.path)/agent", 0o755)
        #expect(await run(["./agent"], workspace: folder.path).failed?.error == .missing)
    }

    @Test func `its environment is scrubbed`() async throws {
        setenv("DAYBOOK_CANARY", "leaked", 1)
        let script = "env | sort | sed 's/.*/\"&\"/' | paste -sd, | sed 's/.*/[&]/'"
        let report = await run(script, passEnv: ["WANTED", "UNSET"], secrets: ["WANTED": "yes", "OTHER": "no"])
        let variables = try JSONDecoder().decode([String].self, from: Data(try #require(report.content).utf8))
        let names = variables.map { $0.prefix { $0 != "=" } }
        // bash adds the last three itself.
        #expect(Set(names) == ["PATH", "LANG", "WANTED", "DAYBOOK_CALL", "PWD", "SHLVL", "_"])
        #expect(variables.contains("PATH=/usr/bin:/bin") && variables.contains("LANG=C.UTF-8"))
        #expect(variables.contains("WANTED=yes"))
        #expect(variables.contains { $0.hasPrefix("DAYBOOK_CALL=job/newsletter-1@7.") })
    }

    @Test func `it inherits no open file`() async {
        let canary = open("/etc/hostname", O_RDONLY)
        defer { close(canary) }
        #expect(await run("echo [$(ls /proc/self/fd | paste -sd,)]").content == "[0,1,2,3]\n")
    }

    @Test func `a secret that was passed to it is not kept`() async {
        let secrets = ["API_KEY": "sk-very-secret", "HOME": "/home/owner"]
        let report = await run(
            "echo \"[\\\"$API_KEY\\\",\\\"$HOME\\\"]\"", passEnv: ["API_KEY", "HOME"], secrets: secrets)
        #expect(report.content == "[\"[redacted]\",\"/home/owner\"]\n")
    }

    @Test func `its folder is its own and is removed, or one of the workspace`() async throws {
        let own = await run("touch x; chmod 700 .; echo \"\\\"$PWD\\\"\"")
        let path = try #require(own.content).filter { $0 != "\"" && $0 != "\n" }
        #expect(path.contains("daybook.") && !FileManager.default.fileExists(atPath: path))
        let folder = try TemporaryFolder()
        mkdir("\(folder.path)/tools", 0o755)
        let given = await run("echo \"\\\"$PWD\\\"\"", workdir: "tools", workspace: folder.path)
        #expect(given.content == "\"\(folder.path)/tools\"\n")
        symlink("/etc", "\(folder.path)/link")
        for workdir in ["..", "/etc", "tools/../..", "link", "absent"] {
            let outside = await run("echo 1", workdir: workdir, workspace: folder.path)
            #expect(outside.failed?.error == .missing, "\(workdir)")
        }
    }

    @Test func `endless output is cut off and the writer ended`() async {
        let report = await run("yes $$", outputBytesMax: 5_000)
        #expect(report.failed?.error == .tooLarge)
        #expect(report.content?.utf8.count == 5_000)
    }

    @Test func `when its time is up the whole tree is ended`() async throws {
        let folder = try TemporaryFolder()
        let script = """
            trap '' TERM
            note() { echo $1 >> \(folder.path)/pids; }
            sleep 300 & note $!
            setsid bash -c 'trap "" TERM; echo $$ >> \(folder.path)/pids; sleep 300' &
            env -i bash -c 'echo $$ >> \(folder.path)/pids; exec sleep 300' &
            env -i setsid bash -c 'echo $$ >> \(folder.path)/pids; exec sleep 300' &
            (setsid bash -c 'echo $$ >> \(folder.path)/pids; exec sleep 300' &) &
            note $$
            wait
            sleep 300
            """
        let report = await run(script, timeoutMs: 1_500)
        #expect(report.failed?.error == .timeout)
        let pids = String(decoding: try folder.read("pids"), as: UTF8.self).split(separator: "\n").compactMap {
            pid_t($0)
        }
        #expect(pids.count == 6)
        for pid in pids { #expect(!isAlive(pid), "\(pid)") }
    }

    @Test func `it may tidy up when its time is up`() async throws {
        let folder = try TemporaryFolder()
        let script = "trap 'echo tidy > \(folder.path)/tidy; exit 0' TERM; sleep 300 & wait"
        let report = await run(script, timeoutMs: 1_000)
        #expect(report.failed?.error == .timeout)
        #expect(String(decoding: try folder.read("tidy"), as: UTF8.self) == "tidy\n")
    }

    @Test func `what it leaves in the background is ended and holds nothing up`() async throws {
        let folder = try TemporaryFolder()
        let report = await run("sleep 300 & echo $! > \(folder.path)/pids; setsid sleep 300 & echo '{\"a\":1}'")
        #expect(report.content == "{\"a\":1}\n")
        let pid = try #require(pid_t(String(decoding: try folder.read("pids"), as: UTF8.self).dropLast()))
        #expect(!isAlive(pid))
    }

    @Test func `a cancelled command is ended, and nobody knows`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        let task = Task { await run("echo $$ > \(path)/pid; sleep 300") }
        while (try? folder.read("pid").last) != UInt8(ascii: "\n") { await Task.yield() }
        task.cancel()
        #expect(await task.value.outcome == .unresolved)
        let pid = try #require(pid_t(String(decoding: try folder.read("pid"), as: UTF8.self).dropLast()))
        #expect(!isAlive(pid))
    }

    /// Whether the process is there and not just waiting to be asked after.
    private func isAlive(_ pid: pid_t) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        let state = status[(status.lastIndex(of: ")") ?? status.startIndex)...].dropFirst(2).first
        return state != "Z" && state != "X"
    }
}
