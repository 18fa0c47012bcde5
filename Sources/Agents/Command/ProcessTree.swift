import Glibc
import Synchronization

/// Everything that one command started, as far as `/proc` can tell.
///
/// A process belongs to it if its environment holds the call's tag, if it is in the command's session, or if its
/// parent belongs to it. So a child that leaves the session (`setsid`) is found, and one that clears its environment
/// too. One that does both and whose parent has ended is not found: only a container would hold it.
final class ProcessTree: Sendable {
    /// How often it is looked again whether anything is left.
    static let sweepsMax = 200
    /// The pause between two looks.
    static let pause: Duration = .milliseconds(10)
    /// Of a process's environment, in bytes, so much is read.
    static let environmentBytesMax = 128 << 10

    private static let calls = Atomic<UInt64>(0)

    /// `DAYBOOK_CALL=…`, unlike that of any other call.
    let tag: String
    private let leader = Mutex<pid_t>(0)

    /// - Parameter call: the call's name, such as `job/newsletter-8@131`.
    init(call: String) {
        let number = Self.calls.add(1, ordering: .relaxed).newValue
        tag = "DAYBOOK_CALL=\(call).\(getpid()).\(number)"
    }

    /// The first process runs, in a session of its own.
    func begin(leader pid: pid_t) { leader.withLock { $0 = pid } }

    /// Asks all to end, gives them the grace, and kills what is left, until nothing is. Cancelling does not stop it.
    func end(grace: Duration) async {
        await Task {
            if grace > .zero {
                for pid in members() { kill(pid, SIGTERM) }
                let clock = ContinuousClock()
                let deadline = clock.now + grace
                while clock.now < deadline, !members().isEmpty { try? await Task.sleep(for: Self.pause) }
            }
            for _ in 0..<Self.sweepsMax {
                let left = members()
                if left.isEmpty { return }
                // What is stopped cannot fork while the rest is found.
                for pid in left { kill(pid, SIGSTOP) }
                for pid in Set(left + members()) { kill(pid, SIGKILL) }
                try? await Task.sleep(for: Self.pause)
            }
        }.value
    }

    /// The living processes of this tree.
    func members() -> [pid_t] {
        let leader = leader.withLock { $0 }
        let processes = Self.processes()
        var members = Set(
            processes.filter { process in
                (leader > 0 && process.session == leader) || Self.environment(of: process.pid).contains(tag: tag)
            }.map(\.pid))
        var grew = true
        while grew {
            let children = processes.filter { members.contains($0.parent) && !members.contains($0.pid) }
            grew = !children.isEmpty
            members.formUnion(children.map(\.pid))
        }
        return members.sorted()
    }

    private struct Process {
        let pid: pid_t
        let parent: pid_t
        let session: pid_t
    }

    /// All processes but the dead ones that nobody has asked after yet.
    private static func processes() -> [Process] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var processes: [Process] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let pid = pid_t(name), pid != getpid() else { continue }
            let text = String(decoding: contents(of: "/proc/\(name)/stat", bytesMax: 1_024), as: UTF8.self)
            // The name in brackets may hold anything; behind it: state, parent, group, session.
            guard let bracket = text.lastIndex(of: ")") else { continue }
            let fields = text[text.index(after: bracket)...].split(separator: " ")
            guard fields.count > 3, fields[0] != "Z", fields[0] != "X", let parent = pid_t(fields[1]),
                let session = pid_t(fields[3])
            else { continue }
            processes.append(Process(pid: pid, parent: parent, session: session))
        }
        return processes
    }

    private static func environment(of pid: pid_t) -> [UInt8] {
        contents(of: "/proc/\(pid)/environ", bytesMax: environmentBytesMax)
    }

    private static func contents(of path: String, bytesMax: Int) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while bytes.count < bytesMax {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            bytes += chunk.prefix(count)
        }
        return bytes
    }
}

extension [UInt8] {
    /// Whether one of the strings, which end in zero, is the tag.
    fileprivate func contains(tag: String) -> Bool {
        split(separator: 0).contains { $0.elementsEqual(tag.utf8) }
    }
}
