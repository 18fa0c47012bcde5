extension Template {
    /// Feeds as files, so that the first run needs no network.
    static let newsletterFeeds = [
        TemplateFile(
            "sources/one-desk.xml",
            #"""
            <?xml version="1.0" encoding="utf-8"?>
            <feed xmlns="http://www.w3.org/2005/Atom">
              <title>One Desk</title>
              <subtitle>Figures from companies of one</subtitle>
              <link href="https://one-desk.example.org/"/>
              <id>https://one-desk.example.org/</id>
              <updated>2026-10-26T08:00:00Z</updated>
              <author><name>One Desk</name></author>
              <entry>
                <title>What 212 solo founders changed on their pricing pages</title>
                <link href="https://one-desk.example.org/pricing-pages"/>
                <id>https://one-desk.example.org/pricing-pages</id>
                <published>2026-10-26T08:00:00Z</published>
                <updated>2026-10-26T08:00:00Z</updated>
                <summary type="html">&lt;p&gt;We asked 212 solo founders about the last change to their
                  pricing page. 41 % had removed a plan, 23 % had added one, and the rest had only changed
                  words. Among those who removed a plan, 58 % reported more trials in the following month,
                  against 34 % of those who added one.&lt;/p&gt;&lt;p&gt;The most common regret was waiting:
                  the median page had not been touched for 19 months.&lt;/p&gt;</summary>
              </entry>
              <entry>
                <title>The question that visitors ask before the price</title>
                <link href="https://one-desk.example.org/before-the-price"/>
                <id>https://one-desk.example.org/before-the-price</id>
                <published>2026-10-19T08:00:00Z</published>
                <updated>2026-10-19T08:00:00Z</updated>
                <summary type="html">&lt;p&gt;In 90 recorded visits to the pricing pages of small products, 63
                  people looked for one thing before they looked at the number: whether they could leave
                  again. Pages that put the sentence on cancelling beside the price kept visitors for 48
                  seconds, the others for 29.&lt;/p&gt;</summary>
              </entry>
              <entry>
                <title>A welcome mail with a single button</title>
                <link href="https://one-desk.example.org/single-button"/>
                <id>https://one-desk.example.org/single-button</id>
                <published>2026-10-12T08:00:00Z</published>
                <updated>2026-10-12T08:00:00Z</updated>
                <summary type="html">&lt;p&gt;Seventeen founders cut their welcome mail down to one action.
                  After eight weeks, the share of new customers who did that action on the first day had risen
                  from 39 % to 61 % on average. Two of the seventeen saw no change.&lt;/p&gt;</summary>
              </entry>
              <entry>
                <title>Support in one hour a day</title>
                <link href="https://one-desk.example.org/support-hour"/>
                <id>https://one-desk.example.org/support-hour</id>
                <published>2026-10-05T08:00:00Z</published>
                <updated>2026-10-05T08:00:00Z</updated>
                <summary type="html">&lt;p&gt;Of 38 founders who answer support only between four and five in
                  the afternoon, 31 kept the habit for half a year. Their median first answer took 9 hours
                  instead of 3. Satisfaction did not change: 92 % before, 91 % after.&lt;/p&gt;</summary>
              </entry>
              <entry>
                <title>Annual plans, counted honestly</title>
                <link href="https://one-desk.example.org/annual-plans"/>
                <id>https://one-desk.example.org/annual-plans</id>
                <published>2026-09-28T08:00:00Z</published>
                <updated>2026-09-28T08:00:00Z</updated>
                <summary type="html">&lt;p&gt;A yearly plan with two months free was taken by 22 % of new
                  customers in a sample of 26 products. A year later 71 % of them renewed, against 64 % of the
                  monthly customers who had stayed that long. The cash helps in the first year; the loyalty is
                  smaller than most people think.&lt;/p&gt;</summary>
              </entry>
              <entry>
                <title>Where the week goes</title>
                <link href="https://one-desk.example.org/where-the-week-goes"/>
                <id>https://one-desk.example.org/where-the-week-goes</id>
                <published>2026-09-21T08:00:00Z</published>
                <updated>2026-09-21T08:00:00Z</updated>
                <summary type="html">&lt;p&gt;We had 54 people who work alone write down their hours for two
                  weeks. They spent 36 % on the work they are paid for, 21 % on messages, 14 % on bookkeeping
                  and invoices, and the rest on everything else. Those who wrote invoices weekly spent 40
                  minutes less on them than those who did it once a month.&lt;/p&gt;</summary>
              </entry>
            </feed>
            """#),
        TemplateFile(
            "sources/counter-notes.xml",
            #"""
            <?xml version="1.0" encoding="UTF-8"?>
            <rss version="2.0">
              <channel>
                <title>Counter Notes</title>
                <link>https://counter-notes.example.net/</link>
                <description>Small experiments behind the counter</description>
                <language>en</language>
                <item>
                  <title>A refund promise next to the price</title>
                  <link>https://counter-notes.example.net/refund-promise</link>
                  <guid>https://counter-notes.example.net/refund-promise</guid>
                  <pubDate>Fri, 23 Oct 2026 06:30:00 GMT</pubDate>
                  <description>A maker of sewing patterns moved her refund promise from the footer to the line
                    below the price. Over ten weeks, orders per 100 visitors went from 2.6 to 3.4. She
                    refunded 5 of 311 orders, as many as in the ten weeks before.</description>
                </item>
                <item>
                  <title>Three plans, or two?</title>
                  <link>https://counter-notes.example.net/three-or-two</link>
                  <guid>https://counter-notes.example.net/three-or-two</guid>
                  <pubDate>Fri, 16 Oct 2026 06:30:00 GMT</pubDate>
                  <description>A bookkeeping tool showed two plans on its pricing page to half of its visitors
                    for a month, and three to the other half. With two plans, 6.1 % started a trial; with
                    three, 4.7 %. The middle plan was chosen by only 9 % of those who saw it, and the owner
                    has since removed it.</description>
                </item>
                <item>
                  <title>The reminder that asks nothing</title>
                  <link>https://counter-notes.example.net/quiet-reminder</link>
                  <guid>https://counter-notes.example.net/quiet-reminder</guid>
                  <pubDate>Fri, 9 Oct 2026 06:30:00 GMT</pubDate>
                  <description>A violin teacher sends a message on the evening before each lesson, with the
                    time and the piece, and no question. Missed lessons fell from 11 in a term to 3. Writing
                    the messages takes her six minutes a week.</description>
                </item>
                <item>
                  <title>Writing the price as a sentence</title>
                  <link>https://counter-notes.example.net/price-sentence</link>
                  <guid>https://counter-notes.example.net/price-sentence</guid>
                  <pubDate>Fri, 2 Oct 2026 06:30:00 GMT</pubDate>
                  <description>A photographer replaced her table of prices by one sentence: a morning costs
                    480 euros, with 30 pictures. Questions about the price fell from 12 a month to 4, and
                    bookings stayed at 7. She says that the calls she still gets begin further
                    along.</description>
                </item>
                <item>
                  <title>What we learned from 23 people who left</title>
                  <link>https://counter-notes.example.net/people-who-left</link>
                  <guid>https://counter-notes.example.net/people-who-left</guid>
                  <pubDate>Fri, 25 Sep 2026 06:30:00 GMT</pubDate>
                  <description>A small mail tool called every customer who had cancelled in the summer. 23 of
                    40 picked up. Only 3 named the price as the reason, while 10 had never finished the first
                    import. The owner now does the import for new customers, which takes him 25 minutes
                    each.</description>
                </item>
              </channel>
            </rss>
            """#),
    ]
}
