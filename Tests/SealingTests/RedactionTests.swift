import Foundation
import Sealing
import Testing

@Suite struct `A redaction` {
    /// 200 secrets as people have them: tokens, and passwords with every printable character.
    private func secrets() -> [String] {
        var chance = Chance(state: 16)
        return (0..<200).map { number in
            let length = Int.random(in: 12...48, using: &chance)
            let all =
                number.isMultiple(of: 2)
                ? Array("abcdefghjkmnpqrstuvwxyzABCDEFGH23456789")
                : (33...126).map {
                    Character(UnicodeScalar($0))
                }
            return String((0..<length).map { _ in all[Int.random(in: all.indices, using: &chance)] })
        }
    }

    /// How programs would repeat a secret, at every place in a group of Base64.
    private func repeated(_ secret: String) throws -> [String] {
        var texts = [secret, "Authorization: Bearer \(secret)", "https://user:\(secret)@example.com/"]
        for before in ["", "u", "us", "user:"] {
            for after in ["", "!", "\n\n"] {
                let encoded = Data((before + secret + after).utf8).base64EncodedString()
                texts.append("Basic \(encoded)")
                texts.append(encoded.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: ""))
            }
        }
        texts.append(secret.utf8.map { String(format: "%02x", $0) }.joined())
        texts.append(secret.utf8.map { String(format: "%02X", $0) }.joined())
        let unreserved = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
        texts.append("?key=" + (try #require(secret.addingPercentEncoding(withAllowedCharacters: unreserved))))
        texts.append(String(decoding: try JSONEncoder().encode([secret]), as: UTF8.self))
        return texts
    }

    @Test func `lets no form of two hundred secrets through`() throws {
        let secrets = secrets()
        let redaction = Redaction(secrets)
        for secret in secrets {
            for text in try repeated(secret) {
                let bytes = Array("before \(text) after".utf8)
                let clean = redaction(bytes)
                #expect(clean != bytes, "\(text)")
                #expect(
                    clean.starts(with: "before ".utf8) && String(decoding: clean, as: UTF8.self).hasSuffix(" after"))
                let rest = String(decoding: clean, as: UTF8.self).replacing("[redacted]", with: " ").split(
                    separator: " ")
                // What is left of it are the ends of groups, too short to say anything.
                for part in rest where text.contains(part) && part.count > 8 {
                    #expect("Authorization: Bearer https://user: @example.com/".contains(part), "\(text) \(part)")
                }
            }
        }
    }

    @Test func `knows common keys by their looks`() {
        let looks = Redaction.looksAlone
        let alphabet = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"
        for text in [
            "sk-\(alphabet)", "sk-proj-\(alphabet)", "ghp_\(alphabet)", "github_pat_\(alphabet)",
            "AKIAIOSFODNN7EXAMPLE",
            "xoxb-1234-5678-\(alphabet)", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
            "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n-----END PRIVATE KEY-----",
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA",
        ] {
            #expect(looks(Array("a \(text)".utf8)) == Array("a [redacted]".utf8), "\(text)")
        }
    }

    @Test func `leaves other text alone`() throws {
        let redaction = Redaction(secrets())
        // Every text of this repository's rooms that is about keys, secrets and proofs.
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        var count = 0
        for case let file as URL in FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
            ?? .init()
        where ["md", "proto"].contains(file.pathExtension) || file.path.contains("Sealing") {
            guard let data = try? Data(contentsOf: file) else { continue }
            #expect(redaction(Array(data)) == Array(data), "\(file.path)")
            count += 1
        }
        #expect(count > 10)
        for text in [
            "", "abc", "sk-1", "risk-averse-customers-are-many", "AKIA", "eyJ.eyJ.eyJ", "-----BEGIN CERTIFICATE-----",
        ] {
            #expect(redaction(Array(text.utf8)) == Array(text.utf8))
        }
    }
}
