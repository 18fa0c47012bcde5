import CCurl

/// Dates as HTTP, mail and feeds write them (RFC 9110, RFC 822, RFC 3339).
public enum HTTPDate {
    /// Seconds since 1970, UTC; nil if it is no date.
    public static func seconds(of text: String) -> Int64? {
        let seconds = curl_getdate(text, nil)
        return seconds >= 0 ? Int64(seconds) : nil
    }
}
