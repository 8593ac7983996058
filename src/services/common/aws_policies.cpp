#include "services/common/aws_policies.hpp"

#include <array>
#include <vector>

#include "base/check.hpp"

namespace slipway::services {
namespace {

constexpr std::string_view arn_prefix = "arn:aws:iam::aws:policy";

#define SLIPWAY_ALLOW(actions) \
  R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[)" actions R"(],"Resource":"*"}]})"

constexpr AwsPolicy table[] = {
    {"/", "AdministratorAccess", "Everything.",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})", "v1"},
    {"/", "AWSDenyAll", "Denies everything.",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":["*"]}]})", "v3"},
    {"/", "PowerUserAccess", "Everything but users, groups, roles and the account.",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"},)"
     R"({"Effect":"Allow","Action":["account:GetAccountInformation","account:GetGovCloudAccountInformation",)"
     R"("account:GetPrimaryEmail","account:ListRegions","iam:CreateServiceLinkedRole","iam:DeleteServiceLinkedRole",)"
     R"("iam:ListRoles","organizations:DescribeEffectivePolicy","organizations:DescribeOrganization"],"Resource":"*"}]})",
     "v12"},
    // AWS lists a thousand actions one by one; these patterns name the same of the services served here.
    {"/", "ReadOnlyAccess", "Reads, of every service.",
     SLIPWAY_ALLOW(
         R"("appmesh:Describe*","appmesh:List*","autoscaling:Describe*","cloudwatch:Describe*","cloudwatch:Get*",)"
         R"("cloudwatch:List*","ec2:Describe*","ec2:Get*","ecr:BatchCheck*","ecr:BatchGet*","ecr:Describe*","ecr:Get*",)"
         R"("ecr:List*","ecs:Describe*","ecs:Get*","ecs:List*","eks:Describe*","eks:List*","elasticloadbalancing:Describe*",)"
         R"("iam:Generate*","iam:Get*","iam:List*","iam:Simulate*","kms:Describe*","kms:Get*","kms:List*","logs:Describe*",)"
         R"("logs:FilterLogEvents","logs:Get*","logs:ListTagsLogGroup","logs:ListTagsForResource","logs:StartLiveTail",)"
         R"("logs:StopLiveTail","logs:TestMetricFilter","s3:Get*","s3:List*","secretsmanager:Describe*",)"
         R"("secretsmanager:GetResourcePolicy","secretsmanager:List*","servicediscovery:Get*","servicediscovery:List*",)"
         R"("ssm:Describe*","ssm:Get*","ssm:List*","sts:GetAccessKeyInfo","sts:GetCallerIdentity",)"
         R"("sts:GetSessionToken","tag:Get*")"),
     "v1"},
    {"/job-function/", "ViewOnlyAccess", "Lists and describes; no contents.",
     SLIPWAY_ALLOW(
         R"("autoscaling:Describe*","cloudwatch:DescribeAlarms","cloudwatch:ListMetrics","ec2:DescribeAccountAttributes",)"
         R"("ec2:DescribeAddresses","ec2:DescribeAvailabilityZones","ec2:DescribeInternetGateways","ec2:DescribeNatGateways",)"
         R"("ec2:DescribeNetworkAcls","ec2:DescribeNetworkInterfaces","ec2:DescribeRouteTables","ec2:DescribeSecurityGroups",)"
         R"("ec2:DescribeSubnets","ec2:DescribeTags","ec2:DescribeVpc*","ecr:DescribeRepositories","ecr:ListImages",)"
         R"("ecs:DescribeClusters","ecs:DescribeServices","ecs:DescribeTasks","ecs:List*","elasticloadbalancing:Describe*",)"
         R"("iam:Get*","iam:List*","kms:ListAliases","kms:ListKeys","logs:DescribeLogGroups","logs:DescribeLogStreams",)"
         R"("secretsmanager:List*","ssm:DescribeParameters")"),
     "v1"},
    {"/", "AmazonECS_FullAccess", "Clusters, services and tasks, and what they stand on.",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["application-autoscaling:DeleteScalingPolicy",)"
     R"("application-autoscaling:DeregisterScalableTarget","application-autoscaling:DescribeScalableTargets",)"
     R"("application-autoscaling:DescribeScalingActivities","application-autoscaling:DescribeScalingPolicies",)"
     R"("application-autoscaling:PutScalingPolicy","application-autoscaling:RegisterScalableTarget",)"
     R"("appmesh:DescribeVirtualGateway","appmesh:DescribeVirtualNode","appmesh:ListMeshes","appmesh:ListVirtualGateways",)"
     R"("appmesh:ListVirtualNodes","autoscaling:CreateAutoScalingGroup","autoscaling:CreateLaunchConfiguration",)"
     R"("autoscaling:DeleteAutoScalingGroup","autoscaling:DeleteLaunchConfiguration","autoscaling:Describe*",)"
     R"("autoscaling:UpdateAutoScalingGroup","cloudformation:CreateStack","cloudformation:DeleteStack",)"
     R"("cloudformation:DescribeStack*","cloudformation:UpdateStack","cloudwatch:DeleteAlarms","cloudwatch:DescribeAlarms",)"
     R"("cloudwatch:GetMetricStatistics","cloudwatch:PutMetricAlarm","ec2:AssociateRouteTable","ec2:AttachInternetGateway",)"
     R"("ec2:AuthorizeSecurityGroupIngress","ec2:CreateInternetGateway","ec2:CreateLaunchTemplate","ec2:CreateRoute",)"
     R"("ec2:CreateRouteTable","ec2:CreateSecurityGroup","ec2:CreateSubnet","ec2:CreateVpc","ec2:DeleteLaunchTemplate",)"
     R"("ec2:DeleteSubnet","ec2:DeleteVpc","ec2:Describe*","ec2:DetachInternetGateway","ec2:DisassociateRouteTable",)"
     R"("ec2:ModifySubnetAttribute","ec2:ModifyVpcAttribute","ec2:RunInstances","ecs:*",)"
     R"("elasticfilesystem:DescribeAccessPoints","elasticfilesystem:DescribeFileSystems",)"
     R"("elasticloadbalancing:CreateListener","elasticloadbalancing:CreateLoadBalancer","elasticloadbalancing:CreateRule",)"
     R"("elasticloadbalancing:CreateTargetGroup","elasticloadbalancing:DeleteListener",)"
     R"("elasticloadbalancing:DeleteLoadBalancer","elasticloadbalancing:DeleteRule",)"
     R"("elasticloadbalancing:DeleteTargetGroup","elasticloadbalancing:DescribeListeners",)"
     R"("elasticloadbalancing:DescribeLoadBalancers","elasticloadbalancing:DescribeRules",)"
     R"("elasticloadbalancing:DescribeTargetGroups","events:DeleteRule","events:DescribeRule",)"
     R"("events:ListRuleNamesByTarget","events:ListTargetsByRule","events:PutRule","events:PutTargets",)"
     R"("events:RemoveTargets","iam:ListAttachedRolePolicies","iam:ListInstanceProfiles","iam:ListRoles",)"
     R"("logs:CreateLogGroup","logs:DescribeLogGroups","logs:FilterLogEvents",)"
     R"("servicediscovery:CreatePrivateDnsNamespace","servicediscovery:CreateService","servicediscovery:DeleteService",)"
     R"("servicediscovery:GetNamespace","servicediscovery:GetOperation","servicediscovery:GetService",)"
     R"("servicediscovery:ListNamespaces","servicediscovery:ListServices","servicediscovery:UpdateService"],"Resource":["*"]},)"
     R"({"Effect":"Allow","Action":["ssm:GetParameter","ssm:GetParameters","ssm:GetParametersByPath"],)"
     R"("Resource":"arn:aws:ssm:*:*:parameter/aws/service/ecs*"},)"
     R"({"Effect":"Allow","Action":["ec2:DeleteInternetGateway","ec2:DeleteRoute","ec2:DeleteRouteTable",)"
     R"("ec2:DeleteSecurityGroup"],"Resource":["*"],"Condition":{"StringLike":)"
     R"({"ec2:ResourceTag/aws:cloudformation:stack-name":"EC2ContainerService-*"}}},)"
     R"({"Effect":"Allow","Action":"iam:PassRole","Resource":["*"],"Condition":{"StringLike":)"
     R"({"iam:PassedToService":"ecs-tasks.amazonaws.com"}}},)"
     R"({"Effect":"Allow","Action":"iam:PassRole","Resource":["arn:aws:iam::*:role/ecsInstanceRole*"],)"
     R"("Condition":{"StringLike":{"iam:PassedToService":["ec2.amazonaws.com"]}}},)"
     R"({"Effect":"Allow","Action":"elasticloadbalancing:AddTags","Resource":"*","Condition":{"StringEquals":)"
     R"({"elasticloadbalancing:CreateAction":["CreateTargetGroup","CreateRule","CreateListener","CreateLoadBalancer"]}}}]})",
     "v20"},
    {"/service-role/", "AmazonECSTaskExecutionRolePolicy",
     "What a task's start needs: its image and its log streams.",
     SLIPWAY_ALLOW(
         R"("ecr:GetAuthorizationToken","ecr:BatchCheckLayerAvailability","ecr:GetDownloadUrlForLayer",)"
         R"("ecr:BatchGetImage","logs:CreateLogStream","logs:PutLogEvents")"),
     "v1"},
    {"/service-role/", "AmazonEC2ContainerServiceforEC2Role", "What a container instance's agent calls.",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:DescribeTags","ecs:CreateCluster",)"
     R"("ecs:DeregisterContainerInstance","ecs:DiscoverPollEndpoint","ecs:Poll","ecs:RegisterContainerInstance",)"
     R"("ecs:StartTelemetrySession","ecs:UpdateContainerInstancesState","ecs:Submit*","ecr:GetAuthorizationToken",)"
     R"("ecr:BatchCheckLayerAvailability","ecr:GetDownloadUrlForLayer","ecr:BatchGetImage","logs:CreateLogStream",)"
     R"("logs:PutLogEvents"],"Resource":"*"},{"Effect":"Allow","Action":"ecs:TagResource","Resource":"*",)"
     R"("Condition":{"StringEquals":{"ecs:CreateAction":["CreateCluster","RegisterContainerInstance"]}}}]})",
     "v7"},
    {"/", "AmazonEC2ContainerRegistryFullAccess", "Image repositories.",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ecr:*","cloudtrail:LookupEvents"],"Resource":"*"},)"
     R"({"Effect":"Allow","Action":["iam:CreateServiceLinkedRole"],"Resource":"*","Condition":{"StringEquals":)"
     R"({"iam:AWSServiceName":["replication.ecr.amazonaws.com"]}}}]})",
     "v3"},
    {"/", "AmazonEC2ContainerRegistryPowerUser", "Reads and pushes images.",
     SLIPWAY_ALLOW(
         R"("ecr:GetAuthorizationToken","ecr:BatchCheckLayerAvailability","ecr:GetDownloadUrlForLayer",)"
         R"("ecr:GetRepositoryPolicy","ecr:DescribeRepositories","ecr:ListImages","ecr:DescribeImages","ecr:BatchGetImage",)"
         R"("ecr:GetLifecyclePolicy","ecr:GetLifecyclePolicyPreview","ecr:ListTagsForResource",)"
         R"("ecr:DescribeImageScanFindings","ecr:InitiateLayerUpload","ecr:UploadLayerPart","ecr:CompleteLayerUpload",)"
         R"("ecr:PutImage")"),
     "v3"},
    {"/", "AmazonEC2ContainerRegistryReadOnly", "Reads images.",
     SLIPWAY_ALLOW(
         R"("ecr:GetAuthorizationToken","ecr:BatchCheckLayerAvailability","ecr:GetDownloadUrlForLayer",)"
         R"("ecr:GetRepositoryPolicy","ecr:DescribeRepositories","ecr:ListImages","ecr:DescribeImages","ecr:BatchGetImage",)"
         R"("ecr:GetLifecyclePolicy","ecr:GetLifecyclePolicyPreview","ecr:ListTagsForResource",)"
         R"("ecr:DescribeImageScanFindings")"),
     "v3"},
    {"/", "AmazonEC2ContainerRegistryPullOnly", "Pulls images.",
     SLIPWAY_ALLOW(
         R"("ecr:GetAuthorizationToken","ecr:BatchCheckLayerAvailability","ecr:GetDownloadUrlForLayer",)"
         R"("ecr:BatchGetImage","ecr:BatchImportUpstreamImage")"),
     "v1"},
    {"/", "CloudWatchLogsFullAccess", "Logs.", SLIPWAY_ALLOW(R"("logs:*","cloudwatch:GenerateQuery")"), "v2"},
    {"/", "CloudWatchLogsReadOnlyAccess", "Reads logs.",
     SLIPWAY_ALLOW(
         R"("logs:Describe*","logs:Get*","logs:List*","logs:StartQuery","logs:StopQuery","logs:TestMetricFilter",)"
         R"("logs:FilterLogEvents","logs:StartLiveTail","logs:StopLiveTail","cloudwatch:GenerateQuery")"),
     "v6"},
    {"/", "AmazonSSMFullAccess", "Parameters and the rest of Systems Manager.",
     SLIPWAY_ALLOW(
         R"("cloudwatch:PutMetricData","ds:CreateComputer","ds:DescribeDirectories","ec2:DescribeInstanceStatus",)"
         R"("logs:*","ssm:*","ec2messages:*")"),
     "v4"},
    {"/", "AmazonSSMReadOnlyAccess", "Reads parameters.",
     SLIPWAY_ALLOW(R"("ssm:Describe*","ssm:Get*","ssm:List*")"), "v1"},
    {"/", "SecretsManagerReadWrite", "Secrets.",
     SLIPWAY_ALLOW(
         R"("secretsmanager:*","ec2:DescribeSecurityGroups","ec2:DescribeSubnets","ec2:DescribeVpcs","kms:DescribeKey",)"
         R"("kms:ListAliases","kms:ListKeys","tag:GetResources")"),
     "v6"},
    {"/", "IAMFullAccess", "Users, groups, roles and policies.",
     SLIPWAY_ALLOW(
         R"("iam:*","organizations:DescribeAccount","organizations:DescribeOrganization",)"
         R"("organizations:DescribeOrganizationalUnit","organizations:DescribePolicy","organizations:ListChildren",)"
         R"("organizations:ListParents","organizations:ListPoliciesForTarget","organizations:ListRoots",)"
         R"("organizations:ListPolicies","organizations:ListTargetsForPolicy")"),
     "v2"},
    {"/", "IAMReadOnlyAccess", "Reads users, groups, roles and policies.",
     SLIPWAY_ALLOW(
         R"("iam:GenerateCredentialReport","iam:GenerateServiceLastAccessedDetails","iam:Get*","iam:List*",)"
         R"("iam:SimulateCustomPolicy","iam:SimulatePrincipalPolicy")"),
     "v4"},
    {"/", "IAMUserChangePassword", "A user's own password.",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:ChangePassword"],)"
     R"("Resource":["arn:aws:iam::*:user/${aws:username}"]},{"Effect":"Allow",)"
     R"("Action":["iam:GetAccountPasswordPolicy"],"Resource":"*"}]})",
     "v2"},
    {"/", "AmazonVPCFullAccess", "Networks.",
     SLIPWAY_ALLOW(
         R"("ec2:AcceptVpc*","ec2:AllocateAddress","ec2:AssignPrivateIpAddresses","ec2:Associate*","ec2:AttachInternetGateway",)"
         R"("ec2:AttachNetworkInterface","ec2:AuthorizeSecurityGroup*","ec2:CreateInternetGateway","ec2:CreateNatGateway",)"
         R"("ec2:CreateNetworkAcl*","ec2:CreateNetworkInterface*","ec2:CreateRoute*","ec2:CreateSecurityGroup",)"
         R"("ec2:CreateSubnet","ec2:CreateTags","ec2:CreateVpc*","ec2:DeleteInternetGateway","ec2:DeleteNatGateway",)"
         R"("ec2:DeleteNetworkAcl*","ec2:DeleteNetworkInterface*","ec2:DeleteRoute*","ec2:DeleteSecurityGroup",)"
         R"("ec2:DeleteSubnet","ec2:DeleteTags","ec2:DeleteVpc*","ec2:Describe*","ec2:DetachInternetGateway",)"
         R"("ec2:DetachNetworkInterface","ec2:Disassociate*","ec2:ModifyNetworkInterfaceAttribute",)"
         R"("ec2:ModifySecurityGroupRules","ec2:ModifySubnetAttribute","ec2:ModifyVpc*","ec2:ReleaseAddress",)"
         R"("ec2:ReplaceNetworkAcl*","ec2:ReplaceRoute*","ec2:ResetNetworkInterfaceAttribute",)"
         R"("ec2:RevokeSecurityGroup*","ec2:UnassignPrivateIpAddresses","ec2:UpdateSecurityGroupRuleDescriptions*")"),
     "v1"},
    {"/", "AmazonVPCReadOnlyAccess", "Reads networks.", SLIPWAY_ALLOW(R"("ec2:Describe*","ec2:Get*")"), "v1"},
    {"/", "AmazonEC2FullAccess", "Machines and networks.",
     SLIPWAY_ALLOW(R"("ec2:*","elasticloadbalancing:*","cloudwatch:*","autoscaling:*")"), "v5"},
    {"/", "AmazonEC2ReadOnlyAccess", "Reads machines and networks.",
     SLIPWAY_ALLOW(R"("ec2:Describe*","ec2:Get*","elasticloadbalancing:Describe*","cloudwatch:ListMetrics",)"
                   R"("cloudwatch:GetMetricStatistics","cloudwatch:Describe*","autoscaling:Describe*")"),
     "v2"},
    {"/", "AmazonS3FullAccess", "Objects.", SLIPWAY_ALLOW(R"("s3:*","s3-object-lambda:*")"), "v2"},
    {"/", "AmazonS3ReadOnlyAccess", "Reads objects.",
     SLIPWAY_ALLOW(R"("s3:Get*","s3:List*","s3:Describe*","s3-object-lambda:Get*","s3-object-lambda:List*")"),
     "v3"},
};

#undef SLIPWAY_ALLOW

constexpr std::string_view node_document =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ecs:CreateCluster","ecs:DiscoverPollEndpoint",)"
    R"("ecs:ListTagsForResource","ecs:Poll","ecs:RegisterContainerInstance","ecs:StartTelemetrySession",)"
    R"("ecs:SubmitAttachmentStateChanges","ecs:SubmitContainerStateChange","ecs:SubmitTaskStateChange",)"
    R"("ecs:UpdateContainerInstancesState","logs:CreateLogGroup","logs:CreateLogStream","logs:DescribeLogStreams",)"
    R"("logs:PutLogEvents"],"Resource":"*"},{"Effect":"Allow","Action":"ecs:TagResource","Resource":"*",)"
    R"("Condition":{"StringEquals":{"ecs:CreateAction":["CreateCluster","RegisterContainerInstance"]}}}]})";

auth::policy::PolicyPtr must_compile(std::string_view document) {
  auto made = auth::policy::compile(document, auth::policy::Use::identity);
  check(made.has_value(), "a policy of our own does not compile");
  return std::move(*made);
}

}  // namespace

std::string AwsPolicy::arn() const {
  return std::string(arn_prefix) + std::string(path) + std::string(name);
}

std::string AwsPolicy::id() const {
  static constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::uint64_t hash = 14'695'981'039'346'656'037u;  // FNV-1a
  for (const char c : name) hash = (hash ^ std::uint8_t(c)) * 1'099'511'628'211u;
  std::string id = "ANPA";
  for (int i = 0; i < 17; ++i, hash = hash * 6'364'136'223'846'793'005u + 1) id += letters[hash >> 59];
  return id;
}

std::span<const AwsPolicy> aws_policies() {
  return table;
}

bool is_aws_policy_arn(std::string_view arn) {
  return arn.size() > arn_prefix.size() && arn.starts_with(arn_prefix) && arn[arn_prefix.size()] == '/';
}

const AwsPolicy* find_aws_policy(std::string_view arn) {
  if (!is_aws_policy_arn(arn)) return nullptr;
  const std::string_view rest = arn.substr(arn_prefix.size());
  for (const AwsPolicy& policy : table)
    if (rest.size() == policy.path.size() + policy.name.size() && rest.starts_with(policy.path) &&
        rest.ends_with(policy.name))
      return &policy;
  return nullptr;
}

const auth::policy::PolicyPtr& compiled(const AwsPolicy& policy) {
  static const std::vector<auth::policy::PolicyPtr> all = [] {
    std::vector<auth::policy::PolicyPtr> made;
    for (const AwsPolicy& each : table) made.push_back(must_compile(each.document));
    return made;
  }();
  return all[std::size_t(&policy - table)];
}

const auth::policy::PolicyPtr& node_policy() {
  static const auth::policy::PolicyPtr policy = must_compile(node_document);
  return policy;
}

}  // namespace slipway::services
