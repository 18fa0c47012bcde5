import Glibc

/// Our side of `tools/bench`: serves requests from standard input, a line of JSON for each.
@main
enum LedgerBench {
    static func main() async {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let seed = UInt64(arguments[2]) else { end("usage: ledger-bench FOLDER SEED") }
        let workloads = Workloads(arguments[1], seed: seed)
        while let line = readLine(), line != "quit" {
            do {
                guard let answer = try await workloads.answer(Request(line)) else { end("no such request: \(line)") }
                print(answer.json)
                fflush(nil)
            } catch {
                end("\(line): \(error)")
            }
        }
        workloads.close()
    }

    /// Ends the process: what fails must not be measured.
    private static func end(_ words: String) -> Never {
        let bytes = Array("\(words)\n".utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
        exit(1)
    }
}
