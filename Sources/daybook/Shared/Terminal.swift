import Glibc
import Synchronization

/// Where a command writes: results on standard output, everything else on standard error.
enum Terminal {
    /// Whether a person sits before standard output.
    static let isInteractive = isatty(STDOUT_FILENO) == 1
    /// Whether a person can be asked.
    static let canAsk = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1

    /// Colours only for people, and only if they want them (no-color.org).
    static let hasColours: Bool = {
        guard isInteractive, getenv("NO_COLOR") == nil else { return false }
        return getenv("TERM").map { String(cString: $0) != "dumb" } ?? false
    }()

    private static let failed = Mutex(false)

    /// Whether standard output stopped taking what was written, for a reason other than a closed pipe.
    static var hasFailed: Bool { failed.withLock { $0 } }

    /// A line of the result.
    static func line(_ text: String = "") {
        write(text + "\n", to: STDOUT_FILENO)
    }

    /// Bytes of the result, as they are.
    static func bytes(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { put($0, to: STDOUT_FILENO) }
    }

    /// A line that is not part of the result.
    static func note(_ text: String) {
        write(text + "\n", to: STDERR_FILENO)
    }

    /// A question without a line break.
    static func prompt(_ text: String) {
        write(text, to: STDERR_FILENO)
    }

    private static func write(_ text: String, to descriptor: CInt) {
        var text = text
        text.withUTF8 { put(UnsafeRawBufferPointer($0), to: descriptor) }
    }

    private static func put(_ bytes: UnsafeRawBufferPointer, to descriptor: CInt) {
        var offset = 0
        while offset < bytes.count, let base = bytes.baseAddress {
            let count = Glibc.write(descriptor, base + offset, bytes.count - offset)
            if count > 0 {
                offset += count
            } else if errno != EINTR {
                // A reader that went away (`| head`) ends the command quietly.
                if errno == EPIPE { exit(0) }
                if descriptor == STDOUT_FILENO { failed.withLock { $0 = true } }
                return
            }
        }
    }
}

/// Text for people.
enum Style: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"

    func callAsFunction(_ text: String) -> String {
        Terminal.hasColours ? "\u{1b}[\(rawValue)m\(text)\u{1b}[0m" : text
    }
}

extension String {
    /// Without what could move the cursor or change what a person reads: text from a model or the web is shown with it.
    var printable: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0x0a, 0x09: text.unicodeScalars.append(scalar)
            case 0..<0x20, 0x7f..<0xa0: text += "\\u{\(String(scalar.value, radix: 16))}"
            // Overrides of the writing direction, and what has no width.
            case 0x200b...0x200f, 0x202a...0x202e, 0x2060...0x2064, 0x2066...0x2069, 0xfeff:
                text += "\\u{\(String(scalar.value, radix: 16))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// On one line, with room for `width` characters.
    func column(_ width: Int) -> String {
        let length = count
        return length >= width ? self : self + String(repeating: " ", count: width - length)
    }

    /// As `column`, at the right: for numbers.
    func rightColumn(_ width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }

    /// Cut to so many characters.
    func cut(_ width: Int) -> String {
        count <= width ? self : prefix(max(0, width - 1)) + "…"
    }
}
