// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_BENCH_HITS_HPP
#define COPYTO_BENCH_HITS_HPP

#include "tables.hpp"

namespace bench {

/// A page view in the 105 columns of ClickBench's table of that name (benchmark.clickhouse.com): many small numbers that
/// are nearly always the same, strings that are mostly empty, URLs and titles that come again.
struct hits {
  std::int64_t watch_id = 0;
  std::int16_t java_enable = 0;
  std::string title = {};
  std::int16_t good_event = 0;
  stamp event_time = {};
  date event_date = {};
  std::int32_t counter_id = 0;
  std::int32_t client_ip = 0;
  std::int32_t region_id = 0;
  std::int64_t user_id = 0;
  std::int16_t counter_class = 0;
  std::int16_t os = 0;
  std::int16_t user_agent = 0;
  std::string url = {};
  std::string referer = {};
  std::int16_t is_refresh = 0;
  std::int16_t referer_category_id = 0;
  std::int32_t referer_region_id = 0;
  std::int16_t url_category_id = 0;
  std::int32_t url_region_id = 0;
  std::int16_t resolution_width = 0;
  std::int16_t resolution_height = 0;
  std::int16_t resolution_depth = 0;
  std::int16_t flash_major = 0;
  std::int16_t flash_minor = 0;
  std::string flash_minor2 = {};
  std::int16_t net_major = 0;
  std::int16_t net_minor = 0;
  std::int16_t user_agent_major = 0;
  std::string user_agent_minor = {};
  std::int16_t cookie_enable = 0;
  std::int16_t javascript_enable = 0;
  std::int16_t is_mobile = 0;
  std::int16_t mobile_phone = 0;
  std::string mobile_phone_model = {};
  std::string params = {};
  std::int32_t ip_network_id = 0;
  std::int16_t trafic_source_id = 0;
  std::int16_t search_engine_id = 0;
  std::string search_phrase = {};
  std::int16_t adv_engine_id = 0;
  std::int16_t is_artifical = 0;
  std::int16_t window_client_width = 0;
  std::int16_t window_client_height = 0;
  std::int16_t client_time_zone = 0;
  stamp client_event_time = {};
  std::int16_t silverlight_version1 = 0;
  std::int16_t silverlight_version2 = 0;
  std::int32_t silverlight_version3 = 0;
  std::int16_t silverlight_version4 = 0;
  std::string page_charset = {};
  std::int32_t code_version = 0;
  std::int16_t is_link = 0;
  std::int16_t is_download = 0;
  std::int16_t is_not_bounce = 0;
  std::int64_t f_uniq_id = 0;
  std::string original_url = {};
  std::int32_t hid = 0;
  std::int16_t is_old_counter = 0;
  std::int16_t is_event = 0;
  std::int16_t is_parameter = 0;
  std::int16_t dont_count_hits = 0;
  std::int16_t with_hash = 0;
  std::string hit_color = {};
  stamp local_event_time = {};
  std::int16_t age = 0;
  std::int16_t sex = 0;
  std::int16_t income = 0;
  std::int16_t interests = 0;
  std::int16_t robotness = 0;
  std::int32_t remote_ip = 0;
  std::int32_t window_name = 0;
  std::int32_t opener_name = 0;
  std::int16_t history_length = 0;
  std::string browser_language = {};
  std::string browser_country = {};
  std::string social_network = {};
  std::string social_action = {};
  std::int16_t http_error = 0;
  std::int32_t send_timing = 0;
  std::int32_t dns_timing = 0;
  std::int32_t connect_timing = 0;
  std::int32_t response_start_timing = 0;
  std::int32_t response_end_timing = 0;
  std::int32_t fetch_timing = 0;
  std::int16_t social_source_network_id = 0;
  std::string social_source_page = {};
  std::int64_t param_price = 0;
  std::string param_order_id = {};
  std::string param_currency = {};
  std::int16_t param_currency_id = 0;
  std::string openstat_service_name = {};
  std::string openstat_campaign_id = {};
  std::string openstat_ad_id = {};
  std::string openstat_source_id = {};
  std::string utm_source = {};
  std::string utm_medium = {};
  std::string utm_campaign = {};
  std::string utm_content = {};
  std::string utm_term = {};
  std::string from_tag = {};
  std::int16_t has_gclid = 0;
  std::int64_t referer_hash = 0;
  std::int64_t url_hash = 0;
  std::int32_t clid = 0;
};

inline std::vector<hits> make(std::size_t count, hits const*) {
  using std::chrono::days, std::chrono::seconds;
  constexpr std::array<std::string_view, 6> languages = {"ru", "en", "de", "tr", "uk", "kk"};
  constexpr std::array<std::string_view, 5> colours = {"5", "T", "E", "S", "R"};
  constexpr std::array<std::string_view, 4> phones = {"iPhone 2", "iPad", "GT-I9500", "Lumia 520"};
  constexpr std::array<std::int16_t, 6> widths = {1366, 1920, 1280, 1440, 1600, 1024};
  dice d(4);
  std::vector<std::string> urls;
  std::vector<std::string> titles;
  for (int i = 0; i != 20'000; ++i) {
    urls.push_back(fmt::format("http://{}.example.ru/{}/{}.html?id={}&cat={}", d.one_of(words), d.one_of(words),
                               d.one_of(words), d.below(1'000'000), d.below(300)));
    titles.push_back(fmt::format("{} {} — {}", d.one_of(words), prose(d, 20 + d.below(50)), d.one_of(words)));
  }
  // A page of which there are few is seen by many.
  auto const some = [&](std::vector<std::string> const& of) -> std::string const& {
    return of[d.below(1 + d.below(of.size()))];
  };
  stamp const first = date{std::chrono::year(2013) / 7 / 1};
  std::vector<hits> rows(count);
  for (std::size_t i = 0; i != count; ++i) {
    hits& h = rows[i];
    auto const small = [&](std::uint64_t below) { return static_cast<std::int16_t>(d.below(below)); };
    auto const number = [&](std::uint64_t below) { return static_cast<std::int32_t>(d.below(below)); };
    // Of those that are nearly always the same.
    auto const rare = [&](unsigned percent, std::uint64_t below) {
      return static_cast<std::int16_t>(d.chance(percent) ? d.below(below) : 0);
    };
    h.watch_id = static_cast<std::int64_t>(d.bits() >> 1);
    h.user_id = static_cast<std::int64_t>(d.below(count / 8 + 1) * 0x9E3779B97F4A7C15ULL >> 1);
    h.java_enable = d.chance(70) ? 1 : 0;
    h.good_event = 1;
    h.event_time = first + seconds(i / 4);
    h.event_date = std::chrono::floor<days>(h.event_time);
    h.counter_id = number(1 + d.below(6000));
    h.client_ip = static_cast<std::int32_t>(h.user_id);
    h.remote_ip = static_cast<std::int32_t>(h.user_id >> 7);
    h.region_id = static_cast<std::int32_t>(h.user_id % 1000);
    h.counter_class = rare(3, 3);
    h.os = static_cast<std::int16_t>(h.user_id % 100);
    h.user_agent = static_cast<std::int16_t>(h.user_id % 60);
    h.title = some(titles);
    h.url = some(urls);
    h.referer = d.chance(40) ? std::string() : some(urls);
    h.is_refresh = rare(12, 2);
    h.referer_category_id = rare(40, 20'000);
    h.referer_region_id = d.chance(50) ? 0 : number(2000);
    h.url_category_id = small(16'000);
    h.url_region_id = number(1 + d.below(2000));
    h.resolution_width = widths[static_cast<std::size_t>(h.user_id) % widths.size()];
    h.resolution_height = static_cast<std::int16_t>(h.resolution_width * 9 / 16);
    h.resolution_depth = d.chance(80) ? 37 : 24;
    h.flash_major = d.chance(70) ? 15 : 0;
    h.flash_minor = d.chance(70) ? 7 : 0;
    h.flash_minor2 = d.chance(70) ? "700.224" : "";
    h.user_agent_major = static_cast<std::int16_t>(h.user_id % 40);
    h.user_agent_minor = d.chance(60) ? "D" : std::string(d.one_of(colours));
    h.cookie_enable = 1;
    h.javascript_enable = 1;
    h.is_mobile = rare(8, 2);
    h.mobile_phone = rare(8, 90);
    h.mobile_phone_model = h.is_mobile != 0 ? std::string(d.one_of(phones)) : std::string();
    h.params = d.chance(3) ? fmt::format(R"({{"price":{}}})", d.below(10'000)) : "";
    h.ip_network_id = number(4'000'000);
    h.trafic_source_id = static_cast<std::int16_t>(static_cast<int>(d.below(11)) - 1);
    h.search_engine_id = rare(15, 80);
    h.search_phrase = h.search_engine_id != 0 ? prose(d, 8 + d.below(40)) : std::string();
    h.adv_engine_id = rare(1, 30);
    h.window_client_width = static_cast<std::int16_t>(h.resolution_width - static_cast<int>(d.below(100)));
    h.window_client_height = static_cast<std::int16_t>(h.resolution_height - static_cast<int>(d.below(200)));
    h.client_time_zone = static_cast<std::int16_t>(h.user_id % 5 * 60);
    h.client_event_time = h.event_time + seconds(d.between(-3600, 3600));
    h.local_event_time = h.event_time + seconds(h.client_time_zone);
    h.silverlight_version1 = rare(30, 6);
    h.silverlight_version3 = h.silverlight_version1 != 0 ? number(60'000) : 0;
    h.page_charset = d.chance(95) ? "windows" : "utf-8";
    h.code_version = 1 + number(3);
    h.is_link = rare(2, 2);
    h.is_download = rare(1, 2);
    h.is_not_bounce = d.chance(60) ? 1 : 0;
    h.f_uniq_id = d.chance(50) ? 0 : h.user_id / 3;
    h.original_url = d.chance(6) ? some(urls) : std::string();
    h.hid = static_cast<std::int32_t>(d.bits());
    h.dont_count_hits = rare(20, 2);
    h.hit_color = d.one_of(colours);
    h.age = static_cast<std::int16_t>(h.user_id % 6 * 11);
    h.sex = static_cast<std::int16_t>(h.user_id % 3);
    h.income = static_cast<std::int16_t>(h.user_id % 4);
    h.interests = static_cast<std::int16_t>(h.user_id % 9973);
    h.robotness = rare(5, 20);
    h.window_name = d.chance(50) ? -1 : number(100'000);
    h.opener_name = d.chance(50) ? -1 : number(100'000);
    h.history_length = static_cast<std::int16_t>(d.chance(70) ? -1 : d.between(0, 30));
    h.browser_language = languages[static_cast<std::size_t>(h.user_id) % languages.size()];
    h.browser_country = h.browser_language;
    h.social_network = d.chance(1) ? "vk" : "";
    h.social_action = d.chance(1) ? "like" : "";
    h.http_error = rare(1, 500);
    h.send_timing = d.chance(80) ? 0 : number(500);
    h.dns_timing = d.chance(80) ? 0 : number(300);
    h.connect_timing = d.chance(80) ? 0 : number(2000);
    h.response_start_timing = d.chance(60) ? 0 : number(5000);
    h.response_end_timing = d.chance(60) ? 0 : number(9000);
    h.fetch_timing = d.chance(60) ? 0 : number(9000);
    h.param_currency = d.chance(97) ? "NH\x1C" : "RUB";
    h.openstat_service_name = d.chance(2) ? "market" : "";
    h.utm_source = d.chance(3) ? std::string(d.one_of(words)) : std::string();
    h.utm_medium = h.utm_source.empty() ? "" : "cpc";
    h.utm_campaign = h.utm_source.empty() ? std::string() : fmt::format("{}", d.below(1000));
    h.from_tag = d.chance(1) ? "catalog" : "";
    h.has_gclid = rare(2, 2);
    h.referer_hash = static_cast<std::int64_t>(std::hash<std::string>()(h.referer) >> 1);
    h.url_hash = static_cast<std::int64_t>(std::hash<std::string>()(h.url) >> 1);
    h.clid = rare(2, 1000);
  }
  return rows;
}

} // namespace bench

template <>
struct copyto::schema_of<bench::hits>
    : copyto::columns<
          copyto::column<"WatchID", &bench::hits::watch_id>, copyto::column<"JavaEnable", &bench::hits::java_enable>,
          copyto::column<"Title", &bench::hits::title>, copyto::column<"GoodEvent", &bench::hits::good_event>,
          copyto::column<"EventTime", &bench::hits::event_time>, copyto::column<"EventDate", &bench::hits::event_date>,
          copyto::column<"CounterID", &bench::hits::counter_id>, copyto::column<"ClientIP", &bench::hits::client_ip>,
          copyto::column<"RegionID", &bench::hits::region_id>, copyto::column<"UserID", &bench::hits::user_id>,
          copyto::column<"CounterClass", &bench::hits::counter_class>, copyto::column<"OS", &bench::hits::os>,
          copyto::column<"UserAgent", &bench::hits::user_agent>, copyto::column<"URL", &bench::hits::url>,
          copyto::column<"Referer", &bench::hits::referer>, copyto::column<"IsRefresh", &bench::hits::is_refresh>,
          copyto::column<"RefererCategoryID", &bench::hits::referer_category_id>,
          copyto::column<"RefererRegionID", &bench::hits::referer_region_id>,
          copyto::column<"URLCategoryID", &bench::hits::url_category_id>,
          copyto::column<"URLRegionID", &bench::hits::url_region_id>,
          copyto::column<"ResolutionWidth", &bench::hits::resolution_width>,
          copyto::column<"ResolutionHeight", &bench::hits::resolution_height>,
          copyto::column<"ResolutionDepth", &bench::hits::resolution_depth>,
          copyto::column<"FlashMajor", &bench::hits::flash_major>,
          copyto::column<"FlashMinor", &bench::hits::flash_minor>,
          copyto::column<"FlashMinor2", &bench::hits::flash_minor2>,
          copyto::column<"NetMajor", &bench::hits::net_major>, copyto::column<"NetMinor", &bench::hits::net_minor>,
          copyto::column<"UserAgentMajor", &bench::hits::user_agent_major>,
          copyto::column<"UserAgentMinor", &bench::hits::user_agent_minor>,
          copyto::column<"CookieEnable", &bench::hits::cookie_enable>,
          copyto::column<"JavascriptEnable", &bench::hits::javascript_enable>,
          copyto::column<"IsMobile", &bench::hits::is_mobile>,
          copyto::column<"MobilePhone", &bench::hits::mobile_phone>,
          copyto::column<"MobilePhoneModel", &bench::hits::mobile_phone_model>,
          copyto::column<"Params", &bench::hits::params>, copyto::column<"IPNetworkID", &bench::hits::ip_network_id>,
          copyto::column<"TraficSourceID", &bench::hits::trafic_source_id>,
          copyto::column<"SearchEngineID", &bench::hits::search_engine_id>,
          copyto::column<"SearchPhrase", &bench::hits::search_phrase>,
          copyto::column<"AdvEngineID", &bench::hits::adv_engine_id>,
          copyto::column<"IsArtifical", &bench::hits::is_artifical>,
          copyto::column<"WindowClientWidth", &bench::hits::window_client_width>,
          copyto::column<"WindowClientHeight", &bench::hits::window_client_height>,
          copyto::column<"ClientTimeZone", &bench::hits::client_time_zone>,
          copyto::column<"ClientEventTime", &bench::hits::client_event_time>,
          copyto::column<"SilverlightVersion1", &bench::hits::silverlight_version1>,
          copyto::column<"SilverlightVersion2", &bench::hits::silverlight_version2>,
          copyto::column<"SilverlightVersion3", &bench::hits::silverlight_version3>,
          copyto::column<"SilverlightVersion4", &bench::hits::silverlight_version4>,
          copyto::column<"PageCharset", &bench::hits::page_charset>,
          copyto::column<"CodeVersion", &bench::hits::code_version>, copyto::column<"IsLink", &bench::hits::is_link>,
          copyto::column<"IsDownload", &bench::hits::is_download>,
          copyto::column<"IsNotBounce", &bench::hits::is_not_bounce>,
          copyto::column<"FUniqID", &bench::hits::f_uniq_id>, copyto::column<"OriginalURL", &bench::hits::original_url>,
          copyto::column<"HID", &bench::hits::hid>, copyto::column<"IsOldCounter", &bench::hits::is_old_counter>,
          copyto::column<"IsEvent", &bench::hits::is_event>, copyto::column<"IsParameter", &bench::hits::is_parameter>,
          copyto::column<"DontCountHits", &bench::hits::dont_count_hits>,
          copyto::column<"WithHash", &bench::hits::with_hash>, copyto::column<"HitColor", &bench::hits::hit_color>,
          copyto::column<"LocalEventTime", &bench::hits::local_event_time>, copyto::column<"Age", &bench::hits::age>,
          copyto::column<"Sex", &bench::hits::sex>, copyto::column<"Income", &bench::hits::income>,
          copyto::column<"Interests", &bench::hits::interests>, copyto::column<"Robotness", &bench::hits::robotness>,
          copyto::column<"RemoteIP", &bench::hits::remote_ip>, copyto::column<"WindowName", &bench::hits::window_name>,
          copyto::column<"OpenerName", &bench::hits::opener_name>,
          copyto::column<"HistoryLength", &bench::hits::history_length>,
          copyto::column<"BrowserLanguage", &bench::hits::browser_language>,
          copyto::column<"BrowserCountry", &bench::hits::browser_country>,
          copyto::column<"SocialNetwork", &bench::hits::social_network>,
          copyto::column<"SocialAction", &bench::hits::social_action>,
          copyto::column<"HTTPError", &bench::hits::http_error>,
          copyto::column<"SendTiming", &bench::hits::send_timing>,
          copyto::column<"DNSTiming", &bench::hits::dns_timing>,
          copyto::column<"ConnectTiming", &bench::hits::connect_timing>,
          copyto::column<"ResponseStartTiming", &bench::hits::response_start_timing>,
          copyto::column<"ResponseEndTiming", &bench::hits::response_end_timing>,
          copyto::column<"FetchTiming", &bench::hits::fetch_timing>,
          copyto::column<"SocialSourceNetworkID", &bench::hits::social_source_network_id>,
          copyto::column<"SocialSourcePage", &bench::hits::social_source_page>,
          copyto::column<"ParamPrice", &bench::hits::param_price>,
          copyto::column<"ParamOrderID", &bench::hits::param_order_id>,
          copyto::column<"ParamCurrency", &bench::hits::param_currency>,
          copyto::column<"ParamCurrencyID", &bench::hits::param_currency_id>,
          copyto::column<"OpenstatServiceName", &bench::hits::openstat_service_name>,
          copyto::column<"OpenstatCampaignID", &bench::hits::openstat_campaign_id>,
          copyto::column<"OpenstatAdID", &bench::hits::openstat_ad_id>,
          copyto::column<"OpenstatSourceID", &bench::hits::openstat_source_id>,
          copyto::column<"UTMSource", &bench::hits::utm_source>, copyto::column<"UTMMedium", &bench::hits::utm_medium>,
          copyto::column<"UTMCampaign", &bench::hits::utm_campaign>,
          copyto::column<"UTMContent", &bench::hits::utm_content>, copyto::column<"UTMTerm", &bench::hits::utm_term>,
          copyto::column<"FromTag", &bench::hits::from_tag>, copyto::column<"HasGCLID", &bench::hits::has_gclid>,
          copyto::column<"RefererHash", &bench::hits::referer_hash>, copyto::column<"URLHash", &bench::hits::url_hash>,
          copyto::column<"CLID", &bench::hits::clid>> {};

#endif
