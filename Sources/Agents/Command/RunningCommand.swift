import Events
import Foundation
import Subprocess
import SystemPackage

/// One run of an executable, from its start until nothing of it is left.
struct RunningCommand: Sendable {
    let executable: String
    /// The first is the name that the command sees as its own.
    let arguments: [String]
    /// `NAME=value`.
    let environment: [String]
    let folder: String
    let outputBytesMax: Int
    let errorBytesMax: Int

    struct Ended: Sendable {
        let reason: Reason
        let output: [UInt8]
        let errors: [UInt8]
    }

    enum Reason: Sendable {
        case exited(Int32)
        case signalled(Int32)
        case tooLarge
        case timeUp
        case cancelled
    }

    private enum Step: Sendable {
        case ended(Result<Ended, CommandFault>)
        case timeUp
        case interrupted
    }

    /// Runs it to its end, or to the end of its time; then ends whatever it started.
    func run(
        input: [UInt8], within limit: Duration, tree: ProcessTree, grace: Duration
    ) async throws(CommandFault) -> Ended {
        let (result, isTimeUp) = await withTaskGroup(of: Step.self) { group in
            group.addTask { .ended(await self.process(input: input, tree: tree)) }
            group.addTask { (try? await Task.sleep(for: limit)) == nil ? .interrupted : .timeUp }
            var isTimeUp = false
            var result = Result<Ended, CommandFault>.failure(CommandFault(.server, "the command never began"))
            while let step = await group.next() {
                switch step {
                case .ended(let ended):
                    result = ended
                    group.cancelAll()
                case .timeUp:
                    isTimeUp = true
                    await tree.end(grace: grace)
                case .interrupted: break
                }
            }
            return (result, isTimeUp)
        }
        await tree.end(grace: .zero)
        let ended = try result.get()
        return isTimeUp ? Ended(reason: .timeUp, output: ended.output, errors: ended.errors) : ended
    }

    /// The process itself. Its input is a file, so one that does not read cannot hold us up.
    private func process(input: [UInt8], tree: ProcessTree) async -> Result<Ended, CommandFault> {
        guard let descriptor = Self.namelessFile(input) else {
            return .failure(CommandFault(.server, "no temporary file can be made for the command's input"))
        }
        defer { close(descriptor) }
        var options = PlatformOptions()
        options.createSession = true
        do {
            let result = try await Subprocess.run(
                .path(FilePath(executable)),
                arguments: Arguments(
                    executablePathOverride: arguments.first, remainingValues: Array(arguments.dropFirst())),
                environment: .custom(environment.map { Array($0.utf8) + [0] }),
                workingDirectory: FilePath(folder), platformOptions: options,
                input: .fileDescriptor(FileDescriptor(rawValue: descriptor), closeAfterSpawningProcess: false),
                output: .sequence, error: .sequence
            ) { execution in
                tree.begin(leader: execution.processIdentifier.value)
                async let errors = Self.head(of: execution.standardError, bytesMax: errorBytesMax)
                var output: [UInt8] = []
                var isTooLarge = false
                for try await buffer in execution.standardOutput {
                    buffer.withUnsafeBytes { output += $0 }
                    isTooLarge = output.count > outputBytesMax
                    if isTooLarge { break }
                }
                if isTooLarge { await tree.end(grace: .zero) }
                return (output: Array(output.prefix(outputBytesMax)), isTooLarge, errors: await errors)
            }
            let reason: Reason =
                switch (result.closureResult.1, result.terminationStatus) {
                case (true, _): .tooLarge
                case (_, .exited(let code)): .exited(code)
                // A caller who gives up has it killed.
                case (_, .signaled) where Task.isCancelled: .cancelled
                case (_, .signaled(let signal)): .signalled(signal)
                }
            return .success(
                Ended(reason: reason, output: result.closureResult.output, errors: result.closureResult.errors))
        } catch is CancellationError {
            return .success(Ended(reason: .cancelled, output: [], errors: []))
        } catch let error as SubprocessError {
            if Task.isCancelled { return .success(Ended(reason: .cancelled, output: [], errors: [])) }
            return .failure(CommandFault(.missing, "the command cannot be started: \(error)"))
        } catch {
            return .failure(CommandFault(.server, "the command's output cannot be read"))
        }
    }

    /// Reads to the end, so that the writer is never held up, and keeps the beginning.
    private static func head(of sequence: SubprocessOutputSequence, bytesMax: Int) async -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await buffer in sequence where bytes.count < bytesMax {
                buffer.withUnsafeBytes { bytes += $0.prefix(bytesMax - bytes.count) }
            }
        } catch {
            // What was read is all there is.
        }
        return bytes
    }

    /// An open file with these bytes that nobody else can find.
    private static func namelessFile(_ bytes: [UInt8]) -> CInt? {
        var path = Array(FileManager.default.temporaryDirectory.appending(path: "daybook.XXXXXX").path.utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(path)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else {
                close(descriptor)
                return nil
            }
            written += max(count, 0)
        }
        lseek(descriptor, 0, SEEK_SET)
        return descriptor
    }
}
