#include "searcher/rpc/articles.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/base/ids.h"
#include "core/base/utf8.h"
#include "proto/dateline/v1/search.pb.h"
#include "searcher/rpc/names.h"

namespace dateline::rpc {
namespace {

using serve::FullArticle;
using serve::Highlight;
using serve::Hit;
using serve::Snippet;

void CreditsToProto(std::vector<article::Credit> credits, google::protobuf::RepeatedPtrField<v1::Credit>* proto) {
  for (article::Credit& credit : credits) {
    v1::Credit* added = proto->Add();
    added->set_name(base::ValidUtf8(std::move(credit.name)));
    added->set_role(std::string(article::RoleName(credit.role)));
    added->set_source(std::string(article::SourceName(credit.source)));
  }
}

std::vector<article::Credit> CreditsFromProto(const google::protobuf::RepeatedPtrField<v1::Credit>& proto) {
  std::vector<article::Credit> credits;
  credits.reserve(proto.size());
  for (const v1::Credit& credit : proto) {
    credits.push_back({credit.name(), RoleFromName(credit.role()), SourceFromName(credit.source())});
  }
  return credits;
}

template <typename Message>
void PublicationToProto(const article::Publication& publication, Message* proto) {
  if (publication.dated()) proto->mutable_publish_time()->set_seconds(publication.instant);
  proto->set_publish_precision(PrecisionToProto(publication.precision));
  v1::Published* published = proto->mutable_published();
  published->set_date(article::DateText(publication));
  published->set_time(article::TimeText(publication));
  published->set_precision(std::string(article::PrecisionName(publication.precision)));
  published->set_source(std::string(article::SourceName(publication.source)));
  published->set_partial_date(base::ValidUtf8(publication.partial));
  published->set_zone_assumed(publication.zone_assumed);
  published->set_zone_minutes(publication.zone_minutes);
}

template <typename Message>
article::Publication PublicationFromProto(const Message& proto) {
  article::Publication publication;
  if (proto.has_publish_time()) publication.instant = proto.publish_time().seconds();
  publication.precision = PrecisionFromProto(proto.publish_precision());
  publication.source = SourceFromName(proto.published().source());
  publication.zone_assumed = proto.published().zone_assumed();
  constexpr int kMaxZoneMinutes = 24 * 60;
  const int zone = proto.published().zone_minutes();
  publication.zone_minutes = static_cast<int16_t>(zone > -kMaxZoneMinutes && zone < kMaxZoneMinutes ? zone : 0);
  publication.partial = proto.published().partial_date();
  return publication;
}

void SnippetToProto(Snippet snippet, v1::Snippet* proto) {
  // A repair moves the bytes that highlights count, so repaired text is shown without any.
  const bool repaired = base::RepairUtf8(snippet.text) > 0;
  proto->set_text(std::move(snippet.text));
  if (repaired) return;
  for (const Highlight& highlight : snippet.highlights) {
    v1::Highlight* added = proto->add_highlights();
    added->set_begin(highlight.begin);
    added->set_end(highlight.end);
  }
}

Snippet SnippetFromProto(const v1::Snippet& proto) {
  Snippet snippet;
  snippet.text = proto.text();
  for (const v1::Highlight& highlight : proto.highlights()) {
    snippet.highlights.push_back({highlight.begin(), highlight.end()});
  }
  return snippet;
}

}  // namespace

void HitToProto(Hit hit, v1::Hit* proto) {
  proto->set_key(base::ValidUtf8(std::move(hit.key)));
  proto->set_score(hit.score);
  if (hit.key_only) return;
  proto->set_id(base::ValidUtf8(std::move(hit.id)));
  proto->set_url(base::ValidUtf8(std::move(hit.url)));
  proto->set_headline(base::ValidUtf8(std::move(hit.headline)));
  proto->set_headline_source(std::string(article::SourceName(hit.headline_source)));
  proto->set_outlet(base::ValidUtf8(std::move(hit.outlet)));
  CreditsToProto(std::move(hit.bylines), proto->mutable_bylines());
  CreditsToProto(std::move(hit.agencies), proto->mutable_agencies());
  PublicationToProto(hit.publication, proto);
  if (!hit.snippet.text.empty()) SnippetToProto(std::move(hit.snippet), proto->mutable_snippet());
}

Hit HitFromProto(const v1::Hit& proto) {
  Hit hit;
  hit.id = proto.id();
  hit.key = proto.key();
  hit.url = proto.url();
  hit.headline = proto.headline();
  hit.headline_source = SourceFromName(proto.headline_source());
  hit.outlet = proto.outlet();
  hit.bylines = CreditsFromProto(proto.bylines());
  hit.agencies = CreditsFromProto(proto.agencies());
  hit.publication = PublicationFromProto(proto);
  hit.score = proto.score();
  hit.snippet = SnippetFromProto(proto.snippet());
  return hit;
}

void ArticleToProto(FullArticle full, v1::Article* proto) {
  article::Article& article = full.article;
  proto->set_id(base::ValidUtf8(std::move(full.id)));
  proto->set_key(base::ToHex(article.key));
  proto->set_url(base::ValidUtf8(std::move(article.url)));
  proto->set_headline(base::ValidUtf8(std::move(article.headline)));
  proto->set_headline_source(std::string(article::SourceName(article.headline_source)));
  proto->set_outlet(base::ValidUtf8(std::move(article.outlet)));
  CreditsToProto(std::move(article.bylines), proto->mutable_bylines());
  CreditsToProto(std::move(article.agencies), proto->mutable_agencies());
  PublicationToProto(article.publication, proto);
  proto->set_outlet_source(std::string(article::SourceName(article.outlet_source)));
  proto->set_deck(base::ValidUtf8(std::move(article.deck)));
  proto->set_body(base::ValidUtf8(std::move(article.body)));
  proto->set_caption(base::ValidUtf8(std::move(article.caption)));
  proto->set_dateline(base::ValidUtf8(std::move(article.dateline)));
  proto->set_section(base::ValidUtf8(std::move(article.section)));
  proto->set_language(base::ValidUtf8(std::move(article.lang)));
  proto->set_path(base::ValidUtf8(std::move(article.path)));
  if (!article.version.empty()) {
    v1::WireVersion* version = proto->mutable_version();
    version->set_lead(article.version.lead);
    version->set_update(article.version.update);
    for (std::string& flag : article.version.flags) version->add_flags(base::ValidUtf8(std::move(flag)));
  }
  proto->set_generation(base::ValidUtf8(std::move(full.generation)));
}

FullArticle ArticleFromProto(const v1::Article& proto) {
  FullArticle full;
  full.id = proto.id();
  full.generation = proto.generation();
  article::Article& article = full.article;
  article.key = base::DocKeyFromHex(proto.key()).value_or(base::DocKey());
  article.url = proto.url();
  article.headline = proto.headline();
  article.headline_source = SourceFromName(proto.headline_source());
  article.outlet = proto.outlet();
  article.bylines = CreditsFromProto(proto.bylines());
  article.agencies = CreditsFromProto(proto.agencies());
  article.publication = PublicationFromProto(proto);
  article.outlet_source = SourceFromName(proto.outlet_source());
  article.deck = proto.deck();
  article.body = proto.body();
  article.caption = proto.caption();
  article.dateline = proto.dateline();
  article.section = proto.section();
  article.lang = proto.language();
  article.path = proto.path();
  article.version.lead = proto.version().lead();
  article.version.update = proto.version().update();
  article.version.flags.assign(proto.version().flags().begin(), proto.version().flags().end());
  return full;
}

}  // namespace dateline::rpc
