import Foundation

/// A process started by the system's own call: many tests wait for many of them at the same time.
final class ChildProcess {
    let id: pid_t
    private var isOver = false

    struct Failure: Error { let words: String }

    /// Starts it; its streams are files.
    init(
        _ command: [String], in folder: String, environment: [String: String], input: String = "/dev/null",
        output: String = "/dev/null", errors: String = "/dev/null"
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT, 0o600)
        let command = ["/usr/bin/env", "-C", folder] + command
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var id: pid_t = 0
        let code = posix_spawnp(&id, command[0], &actions, nil, &arguments, &variables)
        guard code == 0 else { throw Failure(words: "\(command[0]): \(String(cString: strerror(code)))") }
        self.id = id
    }

    /// Waits for its end: the exit code, or 128 and the signal. One that takes longer is killed.
    @discardableResult
    func wait(secondsMax: Double) -> Int32 {
        let id = id
        let guardian = DispatchWorkItem { kill(id, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + secondsMax, execute: guardian)
        var status: CInt = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        guardian.cancel()
        isOver = true
        return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
    }

    /// Ends it at once.
    func end() {
        guard !isOver else { return }
        kill(id, SIGKILL)
        wait(secondsMax: 10)
    }
}
